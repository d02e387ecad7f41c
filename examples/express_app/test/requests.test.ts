import { strict as assert } from 'node:assert'
import { describe, test } from 'node:test'
import { testbed } from './testbed'

const DAY = 24 * 3600

describe('a request', { concurrency: true }, () => {
  test('is granted by the owner', async (t) => {
    const { as, granted } = await testbed(t)
    const { status, body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'read' })
    assert.deepEqual([status, body.status], [201, 'halted'])
    const shown = await as('olga', 'GET', `/requests/${body.id}`)
    assert.equal(shown.body.form.description, 'ann asks for read access')

    const decided = await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: true })
    assert.deepEqual(decided.body, { status: 'completed', state: 'granted' })
    assert.deepEqual(granted.get(body.id), { user: 'ann', system: 'wiki', level: 'read' })
    assert.deepEqual((await as('ann', 'GET', '/requests')).body, [
      { id: body.id, status: 'completed', state: 'granted' },
    ])
  })

  test('is declined by the owner', async (t) => {
    const { as, granted } = await testbed(t)
    const { body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'read' })
    const decided = await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: false })
    assert.deepEqual(decided.body, { status: 'completed', state: 'declined' })
    assert.equal(granted.size, 0)
  })

  for (const [approved, state] of [
    [true, 'granted'],
    [false, 'declined'],
  ] as const) {
    test(`for admin access is ${state} by security, after a restart of the app`, async (t) => {
      const { as, granted, restart } = await testbed(t)
      const { body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'admin' })
      await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: true })
      await restart()
      assert.equal((await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: true })).status, 403)
      const decided = await as('sam', 'POST', `/requests/${body.id}/decision`, { approved })
      assert.equal(decided.body.state, state)
      assert.equal(granted.has(body.id), approved)
    })
  }

  test('is cancelled when nobody decides for 90 days', async (t) => {
    const { as, control } = await testbed(t)
    const { body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'read' })
    await control('POST', '/clock/advance', { seconds: 90 * DAY })
    assert.equal((await as('ann', 'GET', `/requests/${body.id}`)).body.status, 'cancelled')
    assert.equal((await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: true })).status, 409)
  })

  test('that two owners decide at the same moment is decided once', async (t) => {
    const { as, control, granted, untilHeld } = await testbed(t)
    const { body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'read' })
    await control('POST', '/hold', { operation: 'resume' })
    const first = as('olga', 'POST', `/requests/${body.id}/decision`, { approved: true })
    await untilHeld(1)
    const second = as('omar', 'POST', `/requests/${body.id}/decision`, { approved: false })
    await untilHeld(2)
    await control('POST', '/release')
    assert.deepEqual([(await first).status, (await second).status], [200, 409])
    assert.equal(granted.size, 1)
  })

  test('takes no answer to another form than it shows', async (t) => {
    const { as, workflows } = await testbed(t)
    const { body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'admin' })
    const refused = { code: 'invalid_transition' }
    await assert.rejects(workflows.resumeInstance(body.id, { security_approves: true }), refused)
    await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: true })
    // Omar has seen the owners' form before that, and sends it now.
    await assert.rejects(workflows.resumeInstance(body.id, { owner_approves: true }), refused)
    assert.equal((await workflows.getInstance(body.id)).current_state, 'security_approval')
  })

  test('is made once when the reply is lost', async (t) => {
    const { as, control, workflows } = await testbed(t)
    await control('POST', '/faults', {
      match: { method: 'POST', path: '/workflows/*/instances', times: 1 },
      effect: { drop: true },
    })
    const { status } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'read' }, { 'idempotency-key': 'k1' })
    assert.equal(status, 201)
    assert.equal((await workflows.listInstances()).length, 1)
  })

  test('that says nothing, or an answer that is neither yes nor no, is refused', async (t) => {
    const { as, workflows } = await testbed(t)
    assert.equal((await as('ann', 'POST', '/requests')).status, 400)
    assert.equal((await as('ann', 'POST', '/requests', { system: 'wiki', level: 'Admin' })).status, 400)
    const { body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'read' })
    assert.equal((await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: 'yes' })).status, 400)
    assert.equal((await workflows.getInstance(body.id)).status, 'halted')
  })

  test('that nobody has made is not there', async (t) => {
    const { as } = await testbed(t)
    assert.equal((await as('ann', 'GET', '/requests/inst_nobody')).status, 404)
  })
})
