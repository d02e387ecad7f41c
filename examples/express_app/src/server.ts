import { createApp } from './app'

const { env } = process

const app = createApp({
  interactor: {
    coreUrl: env.INTERACTOR_CORE_URL!,
    authUrl: env.INTERACTOR_AUTH_URL!,
    clientId: env.INTERACTOR_CLIENT_ID!,
    clientSecret: env.INTERACTOR_CLIENT_SECRET!,
  },
  webhookSecret: env.WEBHOOK_SECRET!,
  grantsKey: env.GRANTS_KEY!,
  approvers: {
    owner_approval: { field: 'owner_approves', people: ['olga', 'omar'] },
    security_approval: { field: 'security_approves', people: ['sam'] },
  },
  granted: new Map(),
  notify: ({ state, text }) => console.log(`${state}: ${text}`),
})

app.listen(Number(env.PORT ?? 3000), '127.0.0.1')
