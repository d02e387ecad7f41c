// What dagre uses and the older of the two engines does not have.
(function () {
  "use strict";
  const add = (owner, name, value) => {
    if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  };
  add(Array.prototype, "at", function (index) {
    return this[index < 0 ? this.length + index : index];
  });
  add(Array.prototype, "findLast", function (accepts) {
    for (let index = this.length - 1; index >= 0; index--) if (accepts(this[index], index, this)) return this[index];
  });
  add(Array.prototype, "toSorted", function (compare) {
    return this.slice().sort(compare);
  });
  add(Array.prototype, "toReversed", function () {
    return this.slice().reverse();
  });
  add(Object, "hasOwn", (owner, name) => Object.prototype.hasOwnProperty.call(owner, name));
  add(globalThis, "structuredClone", (value) => JSON.parse(JSON.stringify(value)));
})();
