// A client of the API with nothing but fetch: start an approval, answer it, read what came of it.

const { INTERACTOR_CORE_URL, INTERACTOR_AUTH_URL, INTERACTOR_CLIENT_ID, INTERACTOR_CLIENT_SECRET } = process.env

let token

async function newToken() {
  const answer = await fetch(`${INTERACTOR_AUTH_URL}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: INTERACTOR_CLIENT_ID,
      client_secret: INTERACTOR_CLIENT_SECRET,
    }),
  })
  return (await answer.json()).access_token
}

async function send(method, path, body) {
  token ??= await newToken()
  return fetch(`${INTERACTOR_CORE_URL}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
}

async function call(method, path, body) {
  let answer = await send(method, path, body)
  if (answer.status === 401) {
    token = undefined // it lasts an hour, also when a test moves the clock
    answer = await send(method, path, body)
  }
  const { data, error } = await answer.json()
  if (error) throw Object.assign(new Error(error.message), { code: error.code, status: answer.status })
  return data
}

export const start = (namespace, input) => call('POST', '/workflows/leave_request/instances', { namespace, input })
export const answer = (id, input) => call('POST', `/workflows/instances/${id}/resume`, { input })
export const find = (id) => call('GET', `/workflows/instances/${id}`)
