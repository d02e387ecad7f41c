import express, { type ErrorRequestHandler, type Express } from 'express'
import { grants, type Grant } from './grants'
import { InteractorClient, InteractorError, type InteractorSettings } from './interactor-client'
import { requests, type Approvers } from './requests'
import { webhooks, type Notification } from './webhooks'

export interface Settings {
  interactor: InteractorSettings
  webhookSecret: string
  grantsKey: string
  approvers: Approvers
  granted: Map<string, Grant>
  notify: (notification: Notification) => void
}

export function createApp(settings: Settings): Express {
  const app = express()
  app.use(webhooks(settings.webhookSecret, settings.notify)) // before express.json: it wants the raw bytes
  app.use(express.json())
  app.use(grants(settings.grantsKey, settings.granted))
  app.use(requests(new InteractorClient(settings.interactor), settings.approvers))
  app.use(refusals)
  return app
}

const TOO_LATE = ['concurrent_modification', 'instance_not_halted', 'invalid_transition']

const refusals: ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof InteractorError)) next(error)
  else if (TOO_LATE.includes(error.code)) response.status(409).json({ error: 'Somebody else has decided already' })
  else if (error.status === 404) response.status(404).json({ error: 'There is no such request' })
  else response.status(502).json({ error: error.message })
}
