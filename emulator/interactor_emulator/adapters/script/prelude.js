// Evaluated in every fresh context before the customer's code exists: a function of the text of texts.js, which returns
// the one function that the child calls.
//
// Whatever is used after the customer's code has begun is captured here first: that code may replace every property of
// every object it can reach. So: no method calls on values, no for-of, no spread and no array that grows further down,
// and only strings go out.
(function (textsSource) {
  "use strict";
  const compile = eval;
  const { parse, stringify } = JSON;
  const { apply, construct, defineProperty, getPrototypeOf } = Reflect;
  const { isArray } = Array;
  const { freeze } = Object;
  const { imul } = Math;
  const bind = Function.prototype.bind;
  const { charCodeAt, indexOf, slice } = String.prototype;
  const text = String;
  const is = Object.is;
  const NativeDate = Date;
  const realNow = Date.now;
  const dateText = Date.prototype.toString;
  const NativeError = Error;
  const NativePromise = Promise;
  const RefusedError = EvalError;
  const errorText = Error.prototype.toString;
  const join = Array.prototype.join;

  // Frames with this name are ours: whoever reads a stack looks past them for the customer's own line.
  const OURS = "(sandbox)";

  let clockMs = 0;
  let startedMs = 0;
  let ticking = false;
  let seed = 0;
  let logs = "";
  let lines = 0;
  let maxLines = 0;
  let maxCharacters = 0;
  let hidden = null;

  // ---- what the customer's code may call; each is bound, so that it shows as native code and has no frame of its own

  const now = () => (ticking ? clockMs + (realNow() - startedMs) : clockMs);

  // "new Date() and Date.now() read the emulator's clock"
  function SandboxDate(...given) {
    if (new.target === undefined) return apply(dateText, construct(NativeDate, [now()]), []);
    return construct(NativeDate, given.length === 0 ? [now()] : given, new.target);
  }

  // "Math.random() is seeded": mulberry32.
  const random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let bits = imul(seed ^ (seed >>> 15), seed | 1);
    bits ^= bits + imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };

  // How values read is only compiled when a script logs or fails: most do neither, and parsing it takes time.
  let texts = null;
  const readable = () => {
    if (texts === null) {
      const native = {
        NativeError, OURS, apply, charCodeAt, defineProperty, errorText, hidden, indexOf, is, slice, stringify, text,
      };
      texts = compile(textsSource)(native);
    }
    return texts;
  };

  // "console.log (for debugging, logged to instance history)"
  const log = (...values) => {
    if (lines >= maxLines) return;
    const line = readable().line(values, maxCharacters);
    // Looked at again: showing a value may itself have logged.
    if (lines >= maxLines) return;
    logs += (lines === 0 ? "" : ",") + stringify(line);
    lines += 1;
  };

  // Methods, because a method cannot be called with `new` either.
  const refusals = {
    eval() {
      throw new RefusedError("eval is not available in scripts");
    },
    Function() {
      throw new RefusedError("Function is not available in scripts: code cannot be made from text");
    },
  };

  const locked = (value) => ({ value, writable: false, enumerable: false, configurable: false });
  const open = (value) => ({ value, writable: true, enumerable: false, configurable: true });

  const publish = (owner, name, implementation, descriptor) => {
    const published = apply(bind, implementation, [undefined]);
    defineProperty(published, "name", { value: name, configurable: true });
    defineProperty(owner, name, descriptor(published));
    return published;
  };

  // "eval // Disabled", "Function // Constructor disabled": and everything that reaches it.
  const functionPrototype = Function.prototype;
  publish(globalThis, "eval", refusals.eval, locked);
  const refusedFunction = publish(globalThis, "Function", refusals.Function, locked);
  // `f instanceof Function` looks at what is bound.
  defineProperty(refusals.Function, "prototype", locked(functionPrototype));
  defineProperty(refusedFunction, "prototype", locked(functionPrototype));
  const prototypes = [
    functionPrototype,
    getPrototypeOf(async function () {}),
    getPrototypeOf(function* () {}),
    getPrototypeOf(async function* () {}),
  ];
  for (const prototype of prototypes) defineProperty(prototype, "constructor", locked(refusedFunction));

  defineProperty(SandboxDate, "prototype", locked(NativeDate.prototype));
  const PublicDate = publish(globalThis, "Date", SandboxDate, open);
  defineProperty(PublicDate, "length", { value: 7, configurable: true });
  defineProperty(PublicDate, "prototype", locked(NativeDate.prototype));
  defineProperty(PublicDate, "parse", open(NativeDate.parse));
  defineProperty(PublicDate, "UTC", open(NativeDate.UTC));
  publish(PublicDate, "now", now, open);
  defineProperty(NativeDate.prototype, "constructor", open(PublicDate));

  publish(Math, "random", random, open);

  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug"]) publish(console, name, log, open);
  defineProperty(globalThis, "console", open(console));

  // The engine turns its own errors ("interrupted", "out of memory") into text when no limit is in force any more:
  // nothing the customer's code has replaced may be asked for that text.
  const engineErrorPrototype = InternalError.prototype;
  defineProperty(engineErrorPrototype, "toString", locked(errorText));
  defineProperty(engineErrorPrototype, "name", locked("InternalError"));
  defineProperty(engineErrorPrototype, "message", locked(""));
  defineProperty(engineErrorPrototype, "stack", locked(""));
  defineProperty(engineErrorPrototype, Symbol.toPrimitive, locked(undefined));
  freeze(engineErrorPrototype);

  // ---- running

  // A body that ends early and begins anew must satisfy both: after its first closing brace a method wants "," or "}", and
  // the middle of a choice allows neither. Only then does anything run: what the first wrapper throws, whatever follows
  // it, keeps it from running. (The same two wrappers are in syntax.js.)
  const IN_CHOICE = "throw 0?function(){";
  const AS_METHOD = "({script(){";

  // What went wrong, kept for failure.js, which is only evaluated when there is something to tell.
  let failure = null;
  const fail = (kind, cause, detail) => {
    failure = { kind, cause, detail, __proto__: null };
    return "";
  };

  const compiled = (code) => {
    try {
      compile(IN_CHOICE + code + "\n}:0");
    } catch (error) {
      if (error !== 0) return fail("syntax", error, IN_CHOICE.length);
    }
    try {
      return compile(AS_METHOD + code + "\n}})").script;
    } catch (error) {
      return fail("syntax", error, AS_METHOD.length);
    }
  };

  // ng's strings grow as ropes, which its Python binding cannot read: joining makes one flat string.
  const flat = (long) => apply(join, [long], [""]);

  // "Return plain objects (no functions or circular references)"
  const outcomeOf = (value) => {
    let json = "null";
    if (value !== undefined && value !== null) {
      if (typeof value !== "object" || isArray(value) || value instanceof NativePromise) return fail("refused", value);
      json = stringify(value);
      if (typeof json !== "string" || json[0] !== "{") return fail("refused", value, json);
    }
    return flat('{"value":' + json + ',"logs":[' + logs + "]}");
  };

  const begin = (call) => {
    clockMs = call.now;
    ticking = call.ticking;
    startedMs = realNow();
    seed = call.seed | 0;
    maxLines = call.lines;
    maxCharacters = call.characters;
    hidden = call.hidden;
    const { globals } = call;
    defineProperty(globalThis, "input", open(globals.input));
    defineProperty(globalThis, "workflow_data", open(globals.workflow_data));
    defineProperty(globalThis, "context", open(globals.context));
    // "Secrets are accessed via the `secrets` object (read-only)"
    defineProperty(globalThis, "secrets", locked(freeze(globals.secrets)));
  };

  // The empty text says: ask for the failure.
  const run = (callText) => {
    try {
      const call = parse(callText);
      begin(call);
      const script = compiled(call.code);
      return script === "" ? "" : outcomeOf(apply(script, undefined, []));
    } catch (error) {
      return fail("error", error, AS_METHOD.length);
    }
  };

  const operations = {
    __proto__: null,
    run,
    // `tell` is what failure.js evaluates to.
    failure: (tell) => {
      const { cut, isObject, show } = readable();
      return flat(tell(failure, logs, { NativeError, apply, cut, errorText, isArray, isObject, show, stringify }));
    },
    // What there is to tell when the engine broke off.
    logs: () => flat("[" + logs + "]"),
  };
  const enter = (operation, argument) => operations[operation](argument);

  for (const own of [
    now, SandboxDate, random, readable, log, refusals.eval, refusals.Function, compiled, fail, flat,
    outcomeOf, begin, run, operations.failure, operations.logs, enter,
  ]) {
    defineProperty(own, "name", { value: OURS });
  }
  return enter;
});
