"""Diagnostics as a table: what the emulator may notice, when, and what it says.

"The emulator never changes a documented answer in order to help. What it notices goes to a separate channel." This
table is also that channel's documentation: `docs/reference/diagnostics.md` is written from it, and a test holds them
together.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A row: a stable code, when it is given, and message and hint with `{places}` that are filled in."""

    code: str
    when: str
    message: str
    hint: str


class DefinitionNotice(Notice):
    """One that a definition alone gives cause for."""

    __slots__ = ()


# ---- about requests

UNKNOWN_FIELD = Notice(
    "unknown_field",
    "a request's body has a member that the operation does not read",
    "{operation} does not read '{name}'",
    "{hint}",
)
DUPLICATE_MEMBER = Notice(
    "duplicate_member",
    "a request's body has a member twice in one object",
    "{operation} was sent '{name}' twice in one object",
    "The last one counts here; JSON does not say which does",
)
UNKNOWN_PARAMETER = Notice(
    "unknown_parameter",
    "a request has a query parameter that the operation does not read",
    "{operation} does not read the parameter '{name}'",
    "{hint}",
)
UNKNOWN_PATH = Notice(
    "unknown_path",
    "a request leads nowhere: its path, or its method for that path, does not exist",
    "{asked} leads nowhere",
    "{hint}",
)
FAULT_ON_CALL = Notice(
    "fault_on_call",
    "a fault rule of a test has met a call; no error of that test",
    "A fault rule met {call}: {what}",
    "GET /_emulator/faults and emulator.faults list the rules; a reset ends them",
)
SWEEP_STOPPED = Notice(
    "sweep_stopped",
    "a sweep of lost replies came to its limit before the calls of a test did",
    "Of {all} calls of a test only the first {done} were swept for lost replies",
    "{hint}",
)
UNKNOWN_HEADER = Notice(
    "unknown_header",
    "a request has a header that looks as if it were meant for the API",
    "The API does not read the header {name}",
    "{hint}",
)
UNKNOWN_THREAD = Notice(
    "unknown_thread",
    "the history is asked for a thread that the instance never had",
    "Instance '{instance}' has no thread '{thread}'",
    "Its threads are {threads}",
)
FINER_SCOPE = Notice(
    "unknown_scope",
    "a token is asked for with a scope that the document does not name",
    "Scope '{scope}' is not one of the document's",
    "{hint}",
)
UNAUTHORIZED = Notice(
    "unauthorized",
    "a request is refused for its token",
    "A request was refused: {why}",
    "{hint}",
)
INVALID_CLIENT = Notice(
    "invalid_client",
    "a token is asked for by a client that is not known, or with another secret than its own",
    "Client '{client}' was refused a token: {why}",
    "{hint}",
)
UNKNOWN_WORKFLOW = Notice(
    "unknown_workflow",
    "a request names a workflow that there is not",
    "There is no workflow '{name}'",
    "{hint}",
)
MISSING_NAMESPACE = Notice(
    "missing_namespace",
    "an instance is created without a namespace",
    "Instance '{instance}' was created without a namespace",
    "Name one, like user_123: instances are isolated by it",
)
KEY_REUSED = Notice(
    "idempotency_key_reused",
    "an Idempotency-Key comes with another request than before",
    "Idempotency-Key '{key}' was used for another request before",
    "The answer is the original one; give each request a key of its own",
)
FORM_MISMATCH = Notice(
    "form_input_mismatch",
    "an answer does not fit the form or the options that were shown",
    "Answer in state '{state}' of instance '{instance}': {misfit}",
    "The emulator takes it as it is; the document does not say that the service checks it (variant form_answers)",
)
FORM_AS_POSTED = Notice(
    "form_input_mismatch",
    "an answer has a text where a boolean or a number is due",
    "Answer in state '{state}' of instance '{instance}': {misfit}",
    "Forms of HTML post texts: make booleans and numbers of them before you resume. Conditions compare by type",
)

# ---- about runs

SLOW_SCRIPT = Notice(
    "slow_script",
    "a script takes longer than the document recommends",
    "A script of state '{state}' took {milliseconds} ms",
    "The document recommends less than {limit} ms; leave heavy work to an HTTP endpoint",
)
SECRET_IN_OUTPUT = Notice(
    "secret_in_output",
    "a script returns the value of a secret",
    "A script of instance '{instance}' returned the value of a secret",
    "Whoever may read the instance can read it now; return whether it is there instead",
)
MISSING_TEMPLATE_VALUE = Notice(
    "missing_template_value",
    "nothing stands at the path of a template",
    "Nothing stands at ${{{path}}}",
    "Check the path, and that an earlier state stores the value",
)
RESULT_IGNORED = Notice(
    "http_result_ignored",
    "an HTTP call is answered with JSON that is no object",
    "What {method} {url} answered is no result: {why}",
    "A JSON object becomes part of workflow_data; anything else is ignored",
)
FIELD_ONLY_IN_INPUT = Notice(
    "field_only_in_input",
    "a condition looks for a field in the data that stands in the input alone",
    "Condition field '{field}' is not in workflow_data, but it is in the input",
    "Conditions see workflow_data only: store it first, with `return {{{field}: input.{field}}}` say",
)
LOOPING_INSTANCE = Notice(
    "possible_loop",
    "a run passes the limit of transitions",
    "Instance '{instance}' took {limit} transitions without a halt",
    "Give the loop a transition whose condition ends it",
)
STUCK_INSTANCE = Notice(
    "stuck_state",
    "an instance comes to an action state without transitions",
    "Instance '{instance}' stays in action state '{state}', which has no transitions",
    "Add a transition, or make the state terminal",
)
ON_ENTER_FAILED = Notice(
    "on_enter_failed",
    "logic beside the workflow fails",
    "on_enter of state '{state}' failed: {why}",
    "The instance went on; only the history and this diagnostic show it",
)
INSTRUCTION_NOT_GENERATED = Notice(
    "instruction_not_generated",
    "the text of an AI instruction cannot be composed",
    "The instruction of state '{state}' could not be generated: {why}",
    "The prompt itself is shown in its place",
)
ANSWER_REFUSED = Notice(
    "answer_refused",
    "what a prepared person answers is refused",
    "The answer to '{state}' was refused: {code}: {why}",
    "The person's answer was refused as the API would refuse it; the instance still waits",
)

# ---- about the world outside

EGRESS_BLOCKED = Notice(
    "egress_blocked",
    "HTTP logic is to go where nothing allows it",
    "{method} {url}: {reason}",
    'Put an answer in its place: emulator.http.{verb}("{url}").respond(200) in Python, '
    "POST /_emulator/stubs from elsewhere",
)
WEBHOOK_BLOCKED = Notice(
    "egress_blocked",
    "a webhook is to go where nothing allows it",
    "{method} {url}: {reason}",
    "It is a dead letter at once, and emulator.webhooks.replay() sends it again; an application of this process needs "
    "no port: emulator.webhooks.subscribe(app)",
)
_REJECTED = "{event} to {receiver} was not acknowledged: {said}"
WEBHOOK_REJECTED = Notice(
    "webhook_rejected",
    "a receiver does not acknowledge; told once for each new answer",
    _REJECTED,
    "Answer 2xx within 30 seconds to acknowledge; it is tried again until then, six times in all",
)
WEBHOOK_RAISED = Notice(
    "webhook_rejected",
    "a receiver in the process of the test raises",
    _REJECTED,
    "The traceback is in the log (logger interactor_emulator); a server would have answered 500, and it is tried again "
    "as after that",
)
WEBHOOK_UNVERIFIED = Notice(
    "webhook_rejected",
    "it refuses what `verify` of `interactor_emulator.signing` would refuse as well",
    _REJECTED,
    "A signature check refuses it: {verdict}",
)
WEBHOOK_SPOILED = Notice(
    "webhook_rejected", "a fault rule has spoiled the delivery", _REJECTED, "A fault rule made it so ({effect})"
)
INTERNAL_FAULT = Notice(
    "internal_fault",
    "something fails inside the emulator, beside a request",
    "{what} failed inside the emulator: {error}",
    "A fault of the emulator, which harmed nothing else; its log has the traceback",
)

# ---- about definitions

UNKNOWN_MEMBER = DefinitionNotice(
    "unknown_field", "a definition has a member that nothing reads", "{message}", "{hint}"
)
MISPLACED_MEMBER = DefinitionNotice(
    "misplaced_member",
    "a state has a member that only states of another type use",
    "State {state} is of type {type}, which does not use {member}",
    "{hint}",
)
MISPLACED_PROPERTY = DefinitionNotice(
    "misplaced_property",
    "a field of a form has a property of another type of field",
    "Field of type {type} has {name}, which the document gives to {meant}",
    "Remove it, or check the type; the published schema allows it, and nothing says what it does.",
)
DUPLICATE_FIELD_NAME = DefinitionNotice(
    "duplicate_field_name",
    "two fields of a form have one name",
    "Field name {name} is taken by a field before it",
    "Give each field of a form a name of its own: the input holds one answer a name.",
)
TERMINAL_TRANSITIONS = DefinitionNotice(
    "terminal_transitions",
    "a terminal state has transitions",
    "State {state} is terminal; its transitions are never taken",
    "Remove them, or make it an action or halting state.",
)
STUCK_STATE = DefinitionNotice(
    "stuck_state",
    "a state that is not terminal has no transitions",
    "State {state} has no transitions, so nothing leads out of it",
    "Add a transition, or make it terminal.",
)
UNKEYED_TRANSITION = DefinitionNotice(
    "unkeyed_transition",
    "a transition in selection mode has no key",
    "Transition has no key, so that it cannot be chosen in selection mode",
    "Give it a key.",
)
SHADOWED_TRANSITION = DefinitionNotice(
    "shadowed_transition",
    "a transition stands behind one that always holds, or that holds whenever its own condition does",
    "Transition is never taken: {why}",
    "Put the narrower condition first, and a transition without one last.",
)
CONTRADICTION = DefinitionNotice(
    "contradiction",
    "the condition of a transition cannot hold, whatever the data are",
    "Transition is never taken: {why}",
    "A field has one value at a time: or may be meant in place of and, or another field.",
)
IMPOSSIBLE_TRANSITION = DefinitionNotice(
    "impossible_transition",
    "the condition of a transition cannot hold after what was decided before it, or since a new instance has no data",
    "Transition is never taken: {why}",
    "Conditions see workflow_data, which is empty at first: a script, a call or an answer must set what they look at.",
)
ALWAYS_TRUE = DefinitionNotice(
    "always_true",
    "the condition of a transition holds whatever the data are",
    "Condition always holds",
    "Leave it out, or let it look at what is meant.",
)
NO_FALLBACK = DefinitionNotice(
    "no_fallback_transition",
    "all transitions of a state have conditions",
    "State {state} has conditional transitions only; where none holds, the workflow {outcome}",
    "Add a last transition without a condition.",
)
UNREACHABLE_STATE = DefinitionNotice(
    "unreachable_state",
    "no path leads to a state",
    "State {state} cannot be reached from {initial}",
    "Add a transition that leads to it, or remove it.",
)
POSSIBLE_LOOP = DefinitionNotice(
    "possible_loop",
    "action states lead to each other only",
    "State {state} leads to action states only ({group}): a run never halts nor completes",
    "Add a way to a halting or terminal state.",
)
JOIN_WITHOUT_FORK = DefinitionNotice(
    "join_without_fork",
    "no thread that has forked another comes to a join",
    "No thread that has forked another comes to the join {state}, so it waits for nobody",
    "Let the state that forks lead to it, or remove the join.",
)
ENDLESS_THREAD = DefinitionNotice(
    "endless_thread",
    "a forked thread can reach no terminal state",
    "The thread that begins in {state} can never reach a terminal state",
    "Give it a way to one: a forked thread completes in a terminal state.",
)
TOO_MANY_THREADS = DefinitionNotice(
    "too_many_threads",
    "a fork must pass the limit of threads",
    "State {state} forks {number} threads; with the main one at most {limit} may run",
    "Fork fewer, or fork the rest once some have completed: past the limit the instance fails.",
)
UPPERCASE_NAME = DefinitionNotice(
    "uppercase_name",
    "a workflow's name is not as published names are",
    "Workflow name {name} does not match ^[a-z][a-z0-9_-]{{0,63}}$",
    "Begin with a lower-case letter and use lower-case letters, digits, underscores and hyphens.",
)
OUTSIDE_PUBLISHED_BOUNDS = DefinitionNotice(
    "outside_published_bounds",
    "something passes a bound that the published schema has and the document has not",
    "{what}; the published schema allows {allowed}",
    "The document sets no such bound, so the emulator accepts it; the service may not.",
)
SECRET_OUTSIDE_HTTP = DefinitionNotice(
    "secret_outside_http",
    "a template with secrets stands where they have no value",
    "Template with secrets stands outside HTTP logic, where it has no value",
    "Use secrets in the url, headers or body of HTTP logic, or in a script.",
)
FOREIGN_TEMPLATE = DefinitionNotice(
    "foreign_template",
    "a text has a template of another language",
    "{found} stands in a text, and is sent and shown as it is",
    "The document's templates are ${{workflow_data.amount}}: a dollar sign and single braces.",
)
UNKNOWN_TEMPLATE_ROOT = DefinitionNotice(
    "unknown_template_root",
    "a template begins with a name that does not exist",
    "Template begins with {root}, which does not exist",
    "Begin with {roots}: ${{workflow_data.amount}}.",
)

NOTICES: tuple[Notice, ...] = tuple(each for each in globals().values() if isinstance(each, Notice))
"""All of them, in the order of the table."""

OF_WALL_TIME = frozenset({SLOW_SCRIPT.code})
"""What was measured in time: a slow machine gives cause for it too, so it is no error of a test."""


class Slowest:
    """Messages that differ in the milliseconds that were measured, as one."""

    def __init__(self) -> None:
        self._most: dict[str, tuple[int, int]] = {}

    def about(self, code: str, message: str) -> str:
        """What the message is about: the same for all that were measured of one thing. It is remembered."""
        if code not in OF_WALL_TIME or not (found := _MEASURED.fullmatch(message)):
            return message
        most, times = self._most.get(found[1], (0, 0))
        self._most[found[1]] = (max(most, int(found[2])), times + 1)
        return found[1]

    def told(self, about: str) -> str:
        """The message again, with the most that was measured."""
        if about not in self._most:
            return about
        most, times = self._most[about]
        return f"{about} {most} ms" + (" at most" if times > 1 else "")


_MEASURED = re.compile(r"(.*) (\d+) ms", re.DOTALL)

OF_DEFINITIONS = tuple(each for each in NOTICES if isinstance(each, DefinitionNotice))
"""Those that `definition/lint.py` may give."""
