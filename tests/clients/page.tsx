// A page of another origin than the API's: it shows what an instance halts at in the document's form, and answers it.
import React from 'react'
import { createRoot } from 'react-dom/client'
import { WorkflowForm } from './form'

const { api, token, instance } = JSON.parse(decodeURIComponent(location.hash.slice(1)))
const path = `${api}/workflows/instances/${instance}`

async function call(method: string, url: string, body?: unknown) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) })
  return (await answer.json()).data
}

function Page() {
  const [shown, setShown] = React.useState<any>()
  const look = async () => setShown(await call('GET', path))
  const answer = async (input: Record<string, any>) => {
    await call('POST', `${path}/resume`, { input })
    await look()
  }
  React.useEffect(() => void look(), [])
  if (!shown) return <p>Loading</p>
  return (
    <main>
      <output>{`${shown.status}: ${shown.current_state}`}</output>
      {shown.halting_presentation && (
        <WorkflowForm key={shown.current_state} presentation={shown.halting_presentation} onSubmit={answer} />
      )}
    </main>
  )
}

createRoot(document.getElementById('root')!).render(<Page />)
