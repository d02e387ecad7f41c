// Evaluated once in a child: returns the source text of `delete` statements that take away what is newer than ES2020.
//
// "Runtime | JavaScript (ES2020)": the engines know more than that, and not the same. What a script may see is this table;
// every other own property of these objects goes. `length`, `name` and `prototype` stay everywhere, and the `constructor` of
// a prototype.
(function () {
  "use strict";
  const errors = "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError";
  const typedArrays =
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array " +
    "Float32Array Float64Array BigInt64Array BigUint64Array";

  // No `Atomics` and `SharedArrayBuffer`: `Atomics.wait` sleeps where no limit reaches it. No `eval`, no `Function` here:
  // the prelude, which still needs the real ones, puts its own in their place.
  const globals =
    "globalThis Infinity NaN undefined eval Function isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent " +
    "encodeURI encodeURIComponent Array ArrayBuffer BigInt Boolean DataView Date JSON Map Math Number Object Promise " +
    "Proxy Reflect RegExp Set String Symbol WeakMap WeakSet " + errors + " " + typedArrays;

  const allowed = {
    globalThis: globals,
    Object:
      "assign create defineProperties defineProperty entries freeze fromEntries getOwnPropertyDescriptor " +
      "getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf is isExtensible isFrozen " +
      "isSealed keys preventExtensions seal setPrototypeOf values",
    "Object.prototype":
      "hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf __proto__ __defineGetter__ " +
      "__defineSetter__ __lookupGetter__ __lookupSetter__",
    "Function.prototype": "apply bind call toString caller arguments @@hasInstance",
    "Error.prototype": "message toString stack",
    Array: "from isArray of @@species",
    "Array.prototype":
      "concat copyWithin entries every fill filter find findIndex flat flatMap forEach includes indexOf join keys " +
      "lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toLocaleString toString " +
      "unshift values @@iterator @@unscopables",
    "Array.prototype[Symbol.unscopables]": "copyWithin entries fill find findIndex flat flatMap includes keys values",
    ArrayBuffer: "isView @@species",
    "ArrayBuffer.prototype": "byteLength slice @@toStringTag",
    BigInt: "asIntN asUintN",
    "BigInt.prototype": "toLocaleString toString valueOf @@toStringTag",
    "Boolean.prototype": "toString valueOf",
    "DataView.prototype":
      "buffer byteLength byteOffset getBigInt64 getBigUint64 getFloat32 getFloat64 getInt8 getInt16 getInt32 getUint8 " +
      "getUint16 getUint32 setBigInt64 setBigUint64 setFloat32 setFloat64 setInt8 setInt16 setInt32 setUint8 setUint16 " +
      "setUint32 @@toStringTag",
    Date: "UTC now parse",
    "Date.prototype":
      "getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset " +
      "getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds " +
      "getYear setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate " +
      "setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds setYear toDateString " +
      "toGMTString toISOString toJSON toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString " +
      "toUTCString valueOf @@toPrimitive",
    JSON: "parse stringify @@toStringTag",
    Map: "@@species",
    "Map.prototype":
      "clear delete entries forEach get has keys set size values @@iterator @@toStringTag",
    Math:
      "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp " +
      "expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc " +
      "@@toStringTag",
    Number:
      "EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY isFinite " +
      "isInteger isNaN isSafeInteger parseFloat parseInt",
    "Number.prototype": "toExponential toFixed toLocaleString toPrecision toString valueOf",
    Promise: "all allSettled race reject resolve @@species",
    "Promise.prototype": "catch finally then @@toStringTag",
    Proxy: "revocable",
    Reflect:
      "apply construct defineProperty deleteProperty get getOwnPropertyDescriptor getPrototypeOf has isExtensible " +
      "ownKeys preventExtensions set setPrototypeOf @@toStringTag",
    RegExp: "@@species",
    "RegExp.prototype":
      "compile dotAll exec flags global ignoreCase multiline source sticky test toString unicode @@match @@matchAll " +
      "@@replace @@search @@split",
    Set: "@@species",
    "Set.prototype": "add clear delete entries forEach has keys size values @@iterator @@toStringTag",
    String: "fromCharCode fromCodePoint raw",
    "String.prototype":
      "anchor big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor fontsize includes indexOf " +
      "italics lastIndexOf link localeCompare match matchAll normalize padEnd padStart repeat replace search slice " +
      "small split startsWith strike sub substr substring sup toLocaleLowerCase toLocaleUpperCase toLowerCase toString " +
      "toUpperCase trim trimEnd trimLeft trimRight trimStart valueOf @@iterator",
    Symbol:
      "asyncIterator for hasInstance isConcatSpreadable iterator keyFor match matchAll replace search species split " +
      "toPrimitive toStringTag unscopables",
    "Symbol.prototype": "description toString valueOf @@toPrimitive @@toStringTag",
    "WeakMap.prototype": "delete get has set @@toStringTag",
    "WeakSet.prototype": "add delete has @@toStringTag",
    "Object.getPrototypeOf(Int8Array)": "from of @@species",
    "Object.getPrototypeOf(Int8Array).prototype":
      "buffer byteLength byteOffset copyWithin entries every fill filter find findIndex forEach includes indexOf join " +
      "keys lastIndexOf map reduce reduceRight reverse set slice some sort subarray toLocaleString toString values " +
      "@@iterator @@toStringTag",
    "Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))": "@@iterator",
    "Object.getPrototypeOf([][Symbol.iterator]())": "next @@toStringTag",
    "Object.getPrototypeOf(new Map()[Symbol.iterator]())": "next @@toStringTag",
    "Object.getPrototypeOf(new Set()[Symbol.iterator]())": "next @@toStringTag",
    "Object.getPrototypeOf(''[Symbol.iterator]())": "next @@toStringTag",
    "Object.getPrototypeOf('a'.matchAll(/a/g))": "next @@toStringTag",
    "Object.getPrototypeOf(async function () {})": "constructor @@toStringTag",
    "Object.getPrototypeOf(function* () {})": "constructor @@toStringTag",
    "Object.getPrototypeOf(function* () {}).prototype": "next return throw @@toStringTag",
    "Object.getPrototypeOf(async function* () {})": "constructor @@toStringTag",
    "Object.getPrototypeOf(async function* () {}).prototype": "next return throw @@toStringTag",
    "Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype)": "@@asyncIterator",
  };
  for (const name of errors.split(" ")) allowed[name] = "";
  for (const name of errors.split(" ").slice(1)) allowed[name + ".prototype"] = "message";
  for (const name of typedArrays.split(" ")) {
    allowed[name] = "BYTES_PER_ELEMENT";
    allowed[name + ".prototype"] = "BYTES_PER_ELEMENT";
  }
  for (const name of "Function Boolean DataView WeakMap WeakSet".split(" ")) allowed[name] = "";

  const everywhere = ["length", "name", "prototype"];
  const wellKnown = new Map(
    Reflect.ownKeys(Symbol).filter((key) => typeof Symbol[key] === "symbol").map((key) => [Symbol[key], key]),
  );
  const named = (key) => (typeof key === "symbol" ? "@@" + wellKnown.get(key) : key);
  const access = (key) => (typeof key === "symbol" ? `[Symbol.${wellKnown.get(key)}]` : "." + key);

  // The symbols themselves go last (`Symbol` is moved to the end): the statements before need their names.
  const order = [...Object.keys(allowed).filter((path) => path !== "Symbol"), "Symbol"];
  const statements = [];
  for (const path of order) {
    const target = path === "globalThis" ? globalThis : (0, eval)(path);
    const stays = allowed[path].split(" ").concat(everywhere, path.endsWith(".prototype") ? "constructor" : []);
    const goes = Reflect.ownKeys(target).filter((key) => !stays.includes(named(key)));
    if (goes.length > 0) {
      statements.push(`{ const o = ${path}; ${goes.map((key) => `delete o${access(key)};`).join(" ")} }`);
    }
  }
  return statements.join("\n");
})();
