import { timingSafeEqual } from 'node:crypto'
import { Router } from 'express'

export interface Grant {
  user: string
  system: string
  level: string
}

/** Called by the workflow. It tries again when it gets no answer: the request's id makes a grant one grant. */
export function grants(key: string, granted: Map<string, Grant>): Router {
  const expected = Buffer.from(`Bearer ${key}`)
  const router = Router()
  router.post('/grants', (request, response) => {
    const given = Buffer.from(request.get('authorization') ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.status(401).json({ error: 'Not for you' })
      return
    }
    const { request: id, user, system, level } = request.body
    granted.set(id, { user, system, level })
    response.json({})
  })
  return router
}
