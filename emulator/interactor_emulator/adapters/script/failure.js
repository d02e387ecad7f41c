// Evaluated after a script has failed, in its context: a function that puts the failure into words.
//
// The customer's code may have replaced everything by now, so this uses only what the prelude has captured, in `native`.
(function (failure, logs, native) {
  "use strict";
  const { NativeError, apply, cut, errorText, isArray, isObject, show, stringify } = native;
  const MESSAGE_CHARACTERS = 2000;
  const STACK_CHARACTERS = 4000;
  const { kind, cause, detail } = failure;

  const attempt = (ask, fallback) => {
    try {
      return ask();
    } catch (ignored) {
      return fallback;
    }
  };

  const message = () => {
    if (isObject(cause) && cause instanceof NativeError) return apply(errorText, cause, []);
    return "Thrown: " + show(cause);
  };

  const stack = () => {
    const stack = isObject(cause) ? cause.stack : "";
    return typeof stack === "string" ? cut(stack, STACK_CHARACTERS) : "";
  };

  const articles = { __proto__: null, bigint: "a BigInt", boolean: "a boolean", function: "a function",
    number: "a number", string: "a string", symbol: "a symbol" };

  const returned = () => {
    if (typeof cause !== "object") return articles[typeof cause];
    if (isArray(cause)) return "an array";
    if (detail !== undefined) return "an object that JSON writes as " + cut(detail, 80);
    return attempt(() => stringify(cause) === undefined, false)
      ? "an object that JSON leaves out"
      : "a promise (asynchronous code is not supported)";
  };

  const rest = ',"logs":[' + logs + "]}";
  if (kind === "refused") return '{"refused":' + stringify(returned()) + rest;
  const words = cut(attempt(message, "Thrown: a value that cannot be shown"), MESSAGE_CHARACTERS);
  return '{"' + kind + '":' + stringify(words) + ',"stack":' + stringify(attempt(stack, "")) + ',"before":' + detail + rest;
});
