import { strict as assert } from 'node:assert'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { testbed, WEBHOOK_SECRET } from './testbed'

describe('the receiver of webhooks', { concurrency: true }, () => {
  test('tells who is to decide', async (t) => {
    const { as, control, notifications } = await testbed(t)
    const { body } = await as('ann', 'POST', '/requests', { system: 'wiki', level: 'admin' })
    await as('olga', 'POST', `/requests/${body.id}/decision`, { approved: true })
    await control('POST', '/settle')
    assert.deepEqual(notifications, [
      { state: 'owner_approval', text: 'ann asks for admin access' },
      { state: 'security_approval', text: 'ann asks, and the owner has agreed' },
    ])
  })

  for (const effect of ['duplicate', 'lose_response']) {
    test(`tells them once when a delivery comes twice: ${effect}`, async (t) => {
      const { as, control, notifications } = await testbed(t)
      await control('POST', '/faults', { match: { event: 'workflow.instance.halted' }, effect })
      await as('ann', 'POST', '/requests', { system: 'wiki', level: 'read' })
      await control('POST', '/clock/advance', { seconds: 60 })
      const { deliveries } = await control('GET', '/deliveries')
      assert.ok(deliveries.length > 1 || deliveries[0].attempts.length > 1)
      assert.equal(notifications.length, 1)
    })
  }

  test('refuses what somebody else has signed, what is old, and what is no signature', async (t) => {
    const { as, notifications } = await testbed(t)
    const delivery = { event: 'workflow.instance.halted', delivery_id: 'del_1', data: { current_state: 'owner_approval' } }
    const now = Math.floor(Date.now() / 1000)
    const signed = (timestamp: number, secret: string) => ({
      'x-interactor-timestamp': `${timestamp}`,
      'x-interactor-signature':
        'sha256=' + createHmac('sha256', secret).update(`${timestamp}.${JSON.stringify(delivery)}`).digest('hex'),
    })
    const answered = async (headers: Record<string, string>) =>
      (await as('anybody', 'POST', '/webhooks/workflows', delivery, headers)).status

    assert.equal(await answered(signed(now, 'whsec_of_somebody_else_of_32_letters')), 401)
    assert.equal(await answered(signed(now - 301, WEBHOOK_SECRET)), 401)
    assert.equal(await answered({ ...signed(now, WEBHOOK_SECRET), 'x-interactor-signature': 'sha256=short' }), 401)
    assert.equal(await answered({}), 401)
    assert.deepEqual(notifications, [])
    assert.equal(await answered(signed(now, WEBHOOK_SECRET)), 200)
    assert.equal(notifications.length, 1)
  })
})

test('grants are for the workflow alone', async (t) => {
  const { as, granted } = await testbed(t)
  const grant = { request: 'inst_1', user: 'ann', system: 'wiki', level: 'admin' }
  assert.equal((await as('ann', 'POST', '/grants', grant)).status, 401)
  assert.equal((await as('ann', 'POST', '/grants', grant, { authorization: 'Bearer guessed-key-00' })).status, 401)
  assert.equal(granted.size, 0)
})
