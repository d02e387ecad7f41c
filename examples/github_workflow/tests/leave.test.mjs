import assert from "node:assert/strict"
import test from "node:test"

const { INTERACTOR_CORE_URL, INTERACTOR_TOKEN } = process.env

async function call(path, body) {
  const answer = await fetch(`${INTERACTOR_CORE_URL}/api/v1/workflows/${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${INTERACTOR_TOKEN}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  })
  return (await answer.json()).data
}

const ask = (days) => call("leave/instances", { namespace: "ann", input: { days } })
const answer = (instance, approved) => call(`instances/${instance.id}/resume`, { input: { approved } })

test("a day off is granted at once", async () => {
  assert.equal((await ask(1)).current_state, "granted")
})

test("a week waits for the manager, who grants it", async () => {
  const asked = await ask(5)
  assert.equal(asked.current_state, "await_manager")
  assert.equal((await answer(asked, true)).current_state, "granted")
})

test("or refuses it", async () => {
  assert.equal((await answer(await ask(5), false)).current_state, "refused")
})
