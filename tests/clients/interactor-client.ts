// The document's manager takes a client that another guide shows; this one is ours: fetch, a token, and what it got.

export interface Answered {
  method: string
  path: string
  status: number
}

export class InteractorClient {
  readonly answers: Answered[] = []

  constructor(
    private coreUrl: string,
    private token: string,
  ) {}

  async request<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.coreUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    this.answers.push({ method, path, status: answer.status })
    const { data, error } = await answer.json()
    if (error) throw Object.assign(new Error(error.message), { code: error.code, status: answer.status })
    return data
  }
}
