import { Router, type Request } from 'express'
import type { InteractorClient } from './interactor-client'
import { WorkflowManager } from './workflow-manager'

/** Who answers where: the state, the field of its form, the people. */
export type Approvers = Record<string, { field: string; people: string[] }>

const LEVELS = ['read', 'admin']

export function requests(interactor: InteractorClient, approvers: Approvers): Router {
  const router = Router()
  const workflows = new WorkflowManager(interactor)

  router.get('/requests', async (request, response) => {
    const mine = await workflows.listInstances({ userId: person(request), workflowName: 'access_request' })
    response.json(mine.map(({ id, status, current_state: state }) => ({ id, status, state })))
  })

  router.post('/requests', async (request, response) => {
    const user = person(request)
    const { system, level } = request.body ?? {}
    if (typeof system !== 'string' || !LEVELS.includes(level)) {
      response.status(400).json({ error: `Say which system, and as level ${LEVELS.join(' or ')}` })
      return
    }
    // Whoever calls this may be cut off too, and call again: their key is handed on.
    const once = new WorkflowManager(interactor.withKey(request.get('idempotency-key')))
    const { id, status } = await once.createInstance('access_request', user, { user, system, level })
    response.status(201).json({ id, status })
  })

  router.get('/requests/:id', async (request, response) => {
    const { status, current_state: state, halting_presentation: form } = await workflows.getInstance(request.params.id)
    response.json({ status, state, form })
  })

  router.post('/requests/:id/decision', async (request, response) => {
    const { id } = request.params
    const { approved } = request.body ?? {}
    if (typeof approved !== 'boolean') {
      response.status(400).json({ error: 'approved is true or false' })
      return
    }
    const { current_state: state } = await workflows.getInstance(id)
    const { field, people } = approvers[state] ?? { field: '', people: [] }
    const user = person(request)
    if (!people.includes(user)) {
      response.status(403).json({ error: `${user} has nothing to decide here` })
      return
    }
    // The answer names its form. Should the request have moved on since, the service refuses it.
    const once = new WorkflowManager(interactor.withKey(`${id}-${state}-${user}-${approved}`))
    const resumed = await once.resumeInstance(id, { [field]: approved })
    response.json({ status: resumed.status, state: resumed.current_state })
  })

  return router
}

/** The server in front of the app has made sure who it is. */
function person(request: Request): string {
  return request.get('x-user') ?? 'nobody'
}
