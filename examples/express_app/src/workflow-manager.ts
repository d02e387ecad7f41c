import { InteractorClient } from './interactor-client';
export class WorkflowManager {
  private client: InteractorClient;
  constructor(client: InteractorClient) {
    this.client = client;
  }

  // ============ Workflow Definitions ============
  async createWorkflow(definition: WorkflowDefinition): Promise<WorkflowVersion> {
    return this.client.request('POST', '/workflows', definition);
  }

  async validateWorkflow(definition: WorkflowDefinition): Promise<ValidationResult> {
    return this.client.request('POST', '/workflows/validate', definition);
  }

  async listWorkflows(): Promise<Workflow[]> {
    const result = await this.client.request<{ workflows: Workflow[] }>('GET', '/workflows');
    return result.workflows;
  }

  async listVersions(workflowName: string): Promise<WorkflowVersion[]> {
    const result = await this.client.request<{ versions: WorkflowVersion[] }>( 'GET', `/workflows/${workflowName}/versions` );
    return result.versions;
  }

  async publishVersion(workflowName: string, versionId: string): Promise<WorkflowVersion> {
    return this.client.request( 'POST', `/workflows/${workflowName}/versions/${versionId}/publish` );
  }

  // ============ Instances ============
  async createInstance( workflowName: string, userId: string, input: Record<string, any> ): Promise<WorkflowInstance> {
    return this.client.request('POST', `/workflows/${workflowName}/instances`, { namespace: `user_${userId}`, input });
  }

  async getInstance(instanceId: string): Promise<WorkflowInstance> {
    return this.client.request('GET', `/workflows/instances/${instanceId}`);
  }

  async listInstances(filters?: {
    userId?: string;
    workflowName?: string;
    status?: InstanceStatus;
  }): Promise<WorkflowInstance[]> {
    const params = new URLSearchParams();
    if (filters?.userId) params.set('namespace', `user_${filters.userId}`);
    if (filters?.workflowName) params.set('workflow_name', filters.workflowName);
    if (filters?.status) params.set('status', filters.status);
    const query = params.toString();
    const result = await this.client.request<{ instances: WorkflowInstance[] }>( 'GET', `/workflows/instances${query ? '?' + query : ''}` );
    return result.instances;
  }

  async resumeInstance( instanceId: string, input: Record<string, any> ): Promise<WorkflowInstance> {
    return this.client.request('POST', `/workflows/instances/${instanceId}/resume`, { input });
  }

  async cancelInstance(instanceId: string): Promise<void> {
    await this.client.request('POST', `/workflows/instances/${instanceId}/cancel`);
  }

  // ============ Threads ============
  async listThreads(instanceId: string): Promise<WorkflowThread[]> {
    const result = await this.client.request<{ threads: WorkflowThread[] }>( 'GET', `/workflows/instances/${instanceId}/threads` );
    return result.threads;
  }

  async resumeThread( instanceId: string, threadId: string, input: Record<string, any> ): Promise<WorkflowInstance> {
    return this.client.request( 'POST', `/workflows/instances/${instanceId}/threads/${threadId}/resume`, { input } );
  }

  // ============ Helpers ============
  async waitForCompletion( instanceId: string, timeoutMs: number = 300000, pollIntervalMs: number = 2000 ): Promise<WorkflowInstance> {
    const startTime = Date.now();
    while (Date.now() - startTime < timeoutMs) {
      const instance = await this.getInstance(instanceId);
      if (instance.status === 'completed') {
        return instance;
      }
      if (instance.status === 'failed') {
        throw new Error(`Workflow failed: ${instance.error}`);
      }
      if (instance.status === 'cancelled') {
        throw new Error('Workflow was cancelled');
      }
      if (instance.status === 'halted') {
        // Workflow is waiting for input
        return instance;
      }
      await new Promise(resolve => setTimeout(resolve, pollIntervalMs));
    }
    throw new Error('Workflow completion timed out');
  }
}

// Types

interface WorkflowDefinition {
  name: string;
  initial_state: string;
  ai_guidance?: string;
  states: Record<string, StateDefinition>;
}

interface StateDefinition {
  type: 'action' | 'halting' | 'terminal';
  logic?: LogicDefinition;
  presentation?: PresentationDefinition;
  transitions?: TransitionDefinition[];
  on_enter?: LogicDefinition; // Optional - verify availability with your Interactor version
}

interface LogicDefinition {
  type: 'script' | 'http';
  code?: string; // For script type
  method?: string; // For http type
  url?: string; // For http type
  headers?: Record<string, string>; // For http type
  body?: any; // For http type
  timeout?: number; // Optional - for http type
  retry?: {
    attempts: number;
    backoff: 'exponential' | 'linear' }; // Optional - for http type
}

interface PresentationDefinition {
  type: 'form' | 'choice' | 'message';
  title?: string; // Optional - for better UX
  description?: string; // Optional - for better UX
  message?: string; // For choice and message types
  fields?: FieldDefinition[]; // For form type
  options?: OptionDefinition[]; // For choice type
  show_progress?: boolean; // Optional - for message type (UI hint)
}

interface FieldDefinition {
  name: string;
  type: 'string' | 'number' | 'boolean' | 'select' | 'date' | 'file';
  label: string;
  required?: boolean;
  default?: any;
  // String type properties
  multiline?: boolean;
  placeholder?: string;
  maxLength?: number;
  // Number type properties
  min?: number;
  max?: number;
  step?: number;
  // Select type properties
  options?: OptionDefinition[];
  // Date type properties
  minDate?: string;
  maxDate?: string;
  // File type properties
  accept?: string;
  maxSize?: number;
}

interface OptionDefinition {
  value: string;
  label: string;
  description?: string;
}

interface TransitionDefinition {
  target: string;
  condition?: ConditionDefinition;
}

interface ConditionDefinition {
  field?: string;
  operator?: 'equals' | 'not_equals' | 'gt' | 'gte' | 'lt' | 'lte' | 'contains' | 'in';
  equals?: any;
  not_equals?: any;
  value?: any;
  and?: ConditionDefinition[];
  or?: ConditionDefinition[];
}

interface Workflow {
  name: string;
  latest_version_id: string;
  published_version_id?: string;
  created_at: string;
}

interface WorkflowVersion {
  version_id: string;
  status: 'draft' | 'published';
  created_at: string;
  published_at?: string;
}

interface ValidationResult {
  valid: boolean;
  errors?: Array<{
    path: string;
    message: string }>;
}

type InstanceStatus = 'running' | 'halted' | 'completed' | 'failed' | 'cancelled';

interface WorkflowInstance {
  id: string;
  workflow_name: string;
  version_id: string;
  namespace: string;
  status: InstanceStatus;
  current_state: string;
  workflow_data: Record<string, any>;
  halting_presentation?: PresentationDefinition;
  threads: WorkflowThread[];
  history: HistoryEntry[];
  error?: string;
  created_at: string;
}

interface WorkflowThread {
  id: string;
  status: 'running' | 'halted' | 'completed';
  current_state: string;
}

interface HistoryEntry {
  state: string;
  entered_at: string;
  exited_at?: string;
  transition?: string;
}
