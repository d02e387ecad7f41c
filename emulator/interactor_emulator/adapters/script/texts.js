// Evaluated in a context when its script first logs or fails: how values read, as text of bounded length.
(function (native) {
  "use strict";
  const {
    NativeError, OURS, apply, charCodeAt, defineProperty, errorText, hidden, indexOf, is, slice, stringify, text,
  } = native;

  // Where a text may end: nowhere inside of what is to be redacted by whoever reads it.
  const endOf = (line, characters) => {
    let end = characters;
    for (let index = 0; index < hidden.length; index++) {
      const spelling = hidden[index];
      const from = end - spelling.length + 1;
      const at = apply(indexOf, line, [spelling, from > 0 ? from : 0]);
      if (at >= 0 && at < end && at + spelling.length > end) {
        end = at + spelling.length;
        index = -1;
      }
    }
    return end;
  };

  const cut = (line, characters) => {
    if (line.length <= characters) return line;
    const end = endOf(line, characters);
    const last = apply(charCodeAt, line, [end - 1]);
    const splitsPair = last >= 0xd800 && last <= 0xdbff;
    return apply(slice, line, [0, splitsPair ? end - 1 : end]);
  };

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  const showObject = (value) => {
    try {
      if (value instanceof NativeError) return apply(errorText, value, []);
      const json = stringify(value);
      if (typeof json === "string") return json;
    } catch (ignored) {
      // A cycle, a BigInt, a getter that throws: the line shows that something was there.
    }
    return typeof value === "function" ? "[function]" : "[object]";
  };

  const show = (value) => {
    if (typeof value === "string") return value;
    if (isObject(value)) return showObject(value);
    if (typeof value === "bigint") return text(value) + "n";
    return is(value, -0) ? "-0" : text(value);
  };

  // Arguments as a browser's console joins them.
  const line = (values, maxCharacters) => {
    let joined = "";
    for (let index = 0; index < values.length && joined.length <= maxCharacters; index++) {
      joined += (index === 0 ? "" : " ") + cut(show(values[index]), maxCharacters + 1);
    }
    return cut(joined, maxCharacters);
  };

  const own = [endOf, cut, isObject, showObject, show, line];
  for (let index = 0; index < own.length; index++) defineProperty(own[index], "name", { value: OURS, __proto__: null });
  return { __proto__: null, cut, isObject, line, show };
});
