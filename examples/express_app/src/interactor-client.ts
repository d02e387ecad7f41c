export interface InteractorSettings {
  coreUrl: string
  authUrl: string
  clientId: string
  clientSecret: string
}

/** The service said no. */
export class InteractorError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const TRIES = 3

/** What `WorkflowManager` calls the service with: a token that is renewed, and calls that are made again. */
export class InteractorClient {
  constructor(
    private settings: InteractorSettings,
    private key?: string,
    private session: { token?: string } = {},
  ) {}

  /** The same client, whose next call has this `Idempotency-Key`: made twice, it is carried out once. */
  withKey(key: string | undefined): InteractorClient {
    return new InteractorClient(this.settings, key, this.session)
  }

  async request<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    let answer = await this.sendAgain(method, path, body)
    if (answer.status === 401) {
      this.session.token = undefined // it lasts an hour
      answer = await this.sendAgain(method, path, body)
    }
    const { data, error } = await answer.json()
    if (error) throw new InteractorError(answer.status, error.code, error.message)
    return data
  }

  /** When the connection breaks nobody knows whether the call was carried out; with a key that does not matter. */
  private async sendAgain(method: string, path: string, body: unknown): Promise<Response> {
    for (let tries = method === 'GET' || this.key ? TRIES : 1; ; tries--) {
      try {
        return await this.send(method, path, body)
      } catch (error) {
        if (tries === 1) throw error
      }
    }
  }

  private async send(method: string, path: string, body: unknown): Promise<Response> {
    this.session.token ??= await this.newToken()
    return fetch(`${this.settings.coreUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.session.token}`,
        'content-type': 'application/json',
        ...(this.key && { 'idempotency-key': this.key }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  }

  private async newToken(): Promise<string> {
    const answer = await fetch(`${this.settings.authUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: this.settings.clientId,
        client_secret: this.settings.clientSecret,
      }),
    })
    if (!answer.ok) throw new InteractorError(answer.status, 'no_token', 'the service gives no token')
    return (await answer.json()).access_token
  }
}
