import express, { Router, type Request } from 'express'
import { verifyWebhookSignature } from './verify-webhook-signature'

export interface Notification {
  state: string
  text: string
}

const SIGNATURE = /^sha256=[0-9a-f]{64}$/

/** Tells who is to approve. `notify` is called once for each delivery, however often that comes. */
export function webhooks(secret: string, notify: (notification: Notification) => void): Router {
  const seen = new Set<string>()
  const router = Router()
  // The raw bytes: what is parsed and written again has another signature.
  router.post('/webhooks/workflows', express.raw({ type: 'application/json' }), (request, response) => {
    if (!isGenuine(request, secret)) {
      response.status(401).json({ error: 'Invalid signature' })
      return
    }
    const { event, delivery_id, data } = JSON.parse(request.body.toString())
    if (event === 'workflow.instance.halted' && !seen.has(delivery_id)) {
      notify({ state: data.current_state, text: data.halting_presentation?.description ?? '' })
    }
    seen.add(delivery_id)
    response.json({ received: true })
  })
  return router
}

/** The verifier of the document throws at what is no signature at all, so that never gets there. */
function isGenuine(request: Request, secret: string): boolean {
  const signature = request.get('x-interactor-signature') ?? ''
  const timestamp = request.get('x-interactor-timestamp') ?? ''
  return (
    SIGNATURE.test(signature) &&
    /^\d+$/.test(timestamp) &&
    Buffer.isBuffer(request.body) &&
    verifyWebhookSignature(request.body, signature, secret, timestamp)
  )
}
