import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, find, start } from './approvals.mjs'

// The emulator's own API, on the same port: here it moves time.
async function control(path, body) {
  const sent = await fetch(`${process.env.INTERACTOR_CORE_URL}/_emulator${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(sent.status, 200)
  return sent.json()
}

test('a manager grants leave', async () => {
  const { id, status } = await start('user_1', { days: 3 })
  assert.equal(status, 'halted')
  assert.equal((await find(id)).halting_presentation.title, 'Leave request')
  assert.equal((await answer(id, { approved: true })).current_state, 'granted')
})

test('a second answer is refused', async () => {
  const { id } = await start('user_1', { days: 3 })
  await answer(id, { approved: false })
  await assert.rejects(answer(id, { approved: true }), { code: 'instance_not_halted', status: 400 })
})

test('nobody answers for 90 days', async () => {
  const { id } = await start('user_1', { days: 3 })
  await control('/clock/advance', { seconds: 90 * 24 * 3600 })
  assert.equal((await find(id)).status, 'cancelled')
})
