import { strict as assert } from 'node:assert'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createApp, type Settings } from '../src/app'
import { InteractorClient } from '../src/interactor-client'
import { WorkflowManager } from '../src/workflow-manager'
import type { Notification } from '../src/webhooks'

// `interactor-emulator exec` sets these.
const { INTERACTOR_CORE_URL, INTERACTOR_AUTH_URL } = process.env as Record<string, string>

export const WEBHOOK_SECRET = 'whsec_for_the_tests_of_this_express_app'

/** The emulator's own API, on the same port, for one account. */
function controlOf(account: string) {
  return async (method: string, path: string, body?: unknown): Promise<any> => {
    const answer = await fetch(`${INTERACTOR_CORE_URL}/_emulator${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-emulator-account': account },
      body: method === 'GET' ? undefined : JSON.stringify(body ?? {}),
    })
    assert.ok(answer.ok, `${path}: ${answer.status}`)
    return answer.json()
  }
}

/** An account of the test's own, with the workflow in it; the app, listening; and what a test does with both. */
export async function testbed(t: TestContext) {
  const name = t.name.replace(/\W+/g, '_').slice(0, 64) // what the report calls the scenario
  const account = await controlOf('default')('POST', '/accounts/default/fork', { name })
  const control = controlOf(account.name)
  t.after(() => control('DELETE', `/accounts/${account.name}`))

  const interactor = {
    coreUrl: INTERACTOR_CORE_URL,
    authUrl: INTERACTOR_AUTH_URL,
    clientId: account.client_id,
    clientSecret: account.client_secret,
  }
  const notifications: Notification[] = []
  const settings: Settings = {
    interactor,
    webhookSecret: WEBHOOK_SECRET,
    grantsKey: 'key-for-tests',
    approvers: {
      owner_approval: { field: 'owner_approves', people: ['olga', 'omar'] },
      security_approval: { field: 'security_approves', people: ['sam'] },
    },
    granted: new Map(),
    notify: (notification) => notifications.push(notification),
  }

  /** The app, as it is after a start; the workflow calls it where it listens. */
  async function listen(): Promise<string> {
    const server = createApp(settings).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      server.close()
      server.closeAllConnections()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await control('PUT', '/routes', { 'https://access.example.com': url })
    return url
  }

  let url = await listen()
  const client = new InteractorClient(interactor)
  await client.request('POST', '/webhooks/subscriptions', {
    url: 'https://access.example.com/webhooks/workflows',
    events: ['workflow.instance.halted', 'workflow.instance.completed'],
    secret: WEBHOOK_SECRET,
  })

  return {
    control,
    notifications,
    granted: settings.granted,
    workflows: new WorkflowManager(client),
    restart: async () => void (url = await listen()),
    /** Returns when so many requests are held. */
    async untilHeld(count: number) {
      while ((await control('GET', '/hold')).held < count) await setImmediate()
    },
    /** What the app answers this person. */
    async as(user: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', 'x-user': user, ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as any }
    },
  }
}
