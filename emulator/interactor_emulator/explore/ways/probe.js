// Stands in for data of which nobody knows what is in it: answers to whatever is read of it, and keeps what was read.
// It is an array of one element, an object with every member, and 1 where a number or a text is wanted.
const read = new Set();
const probe = (path, depth) =>
  new Proxy([], {
    get(_, key) {
      if (key === Symbol.toPrimitive) return () => 1;
      if (key === Symbol.iterator) return function* () { yield probe(`${path}.0`, depth + 1); };
      if (typeof key === 'symbol' || key === 'toJSON') return undefined;
      if (key === 'length') {
        read.add(`${path}.0`);
        return 1;
      }
      if (key in Array.prototype) {
        if (!(key in String.prototype)) read.add(`${path}.0`);
        return Array.prototype[key];
      }
      if (key in String.prototype) return (...given) => '1'[key](...given);
      read.add(`${path}.${key}`);
      return depth < 6 ? probe(`${path}.${key}`, depth + 1) : 1;
    },
    has(_, key) {
      if (typeof key !== 'symbol') read.add(`${path}.${key}`);
      return true;
    },
  });
