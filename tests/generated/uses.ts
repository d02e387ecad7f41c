// What a program writes with the generated types: it compiles, or the document says something else than it means.
import type { components, operations, paths } from './.made/openapi'

type Schemas = components['schemas']

// Objects of free form hold anything.
const body: Schemas['CreateBody'] = { namespace: 'user_123', input: { amount: 5000, items: [{ sku: 'a' }] } }
const definition: Schemas['Definition'] = { name: 'approval', initial_state: 'ask', states: { ask: { type: 'halting' } } }
const members: Schemas['ErrorMembers'] = {
  code: 'invalid_workflow',
  message: 'Workflow definition is invalid',
  details: [{ field: 'namespace', message: 'namespace must be a string' }],
  request_id: 'req_1',
}
export const sent = [body, definition, members]

// A create and its repeat have one type.
type Create = operations['post_workflows_name_instances']['responses']
type Same<A, B> = [A, B] extends [B, A] ? true : never
export const same: Same<Create[200]['content']['application/json'], Create[201]['content']['application/json']> = true
export function amount({ data }: Create[201]['content']['application/json']): unknown {
  return 'workflow_data' in data ? data.workflow_data.amount : undefined
}

// An account is named as one likes.
type Reset = NonNullable<paths['/_emulator/reset']['post']['parameters']['header']>
export const account: Reset = { 'X-Emulator-Account': 'of-this-test' }
