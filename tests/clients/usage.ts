// The document's usage example, between what it takes for granted and what its other methods give.
import { InteractorClient } from './interactor-client'
import { WorkflowManager } from './manager'

const { INTERACTOR_CORE_URL, INTERACTOR_TOKEN, PURCHASE_APPROVAL, PARALLEL } = process.env as Record<string, string>
const interactorClient = new InteractorClient(INTERACTOR_CORE_URL, INTERACTOR_TOKEN)
const purchaseApprovalDefinition = JSON.parse(PURCHASE_APPROVAL)

// begin of the document's
const workflowManager = new WorkflowManager(interactorClient);
// Create and publish a workflow
const version = await workflowManager.createWorkflow(purchaseApprovalDefinition);
await workflowManager.publishVersion('purchase_approval', version.version_id);
// Start a new instance
const instance = await workflowManager.createInstance( 'purchase_approval', 'user_123', {
  id: 'PO-2026-001',
  amount: 5500,
  requester: 'john@example.com',
  description: 'Development laptop'
} );
console.log(`Workflow started: ${instance.id}`);
console.log(`Current state: ${instance.current_state}`);
console.log(`Status: ${instance.status}`);
if (instance.status === 'halted') {
  console.log('Waiting for approval...');
  console.log('Presentation:', instance.halting_presentation);
  // Simulate manager approval
  const resumed = await workflowManager.resumeInstance(instance.id, { approved: true, comment: 'Approved for Q1 budget' });
  console.log(`New status: ${resumed.status}`);
  console.log(`New state: ${resumed.current_state}`);
}
// end of the document's

async function refused(promise: Promise<unknown>) {
  try {
    await promise
  } catch (error: any) {
    return [error.status, error.code]
  }
}

const parallel = JSON.parse(PARALLEL)
const made = await workflowManager.createWorkflow(parallel)
await workflowManager.publishVersion(parallel.name, made.version_id)
const forked = await workflowManager.createInstance(parallel.name, '123', {})
for (const thread of await workflowManager.listThreads(forked.id)) {
  if (thread.status === 'halted') await workflowManager.resumeThread(forked.id, thread.id, { [thread.id]: true })
}
const dropped = await workflowManager.createInstance(parallel.name, '123', {})
await workflowManager.cancelInstance(dropped.id)
const found = {
  valid: await workflowManager.validateWorkflow(parallel),
  invalid: await workflowManager.validateWorkflow({ ...parallel, initial_state: 'nowhere' }),
  workflows: (await workflowManager.listWorkflows()).map((each) => each.name),
  versions: (await workflowManager.listVersions('purchase_approval')).map((each) => each.status),
  cancelled: (await workflowManager.listInstances({ userId: '123', status: 'cancelled' })).map((each) => each.id),
  of_the_purchase: (await workflowManager.listInstances({ workflowName: 'purchase_approval' })).length,
  all: (await workflowManager.listInstances()).length,
  purchase: (await workflowManager.waitForCompletion(instance.id)).history.map((each) => each.state),
  forked: (await workflowManager.waitForCompletion(forked.id)).workflow_data,
  again: await refused(workflowManager.resumeInstance(instance.id, { approved: true })),
  nobody: await refused(workflowManager.getInstance('inst_nobody')),
  twice: await refused(workflowManager.createWorkflow(parallel)),
  late: await refused(workflowManager.waitForCompletion(dropped.id)),
  dropped: dropped.id,
}
console.log(JSON.stringify({ found, statuses: interactorClient.answers.map((each) => each.status) }))
