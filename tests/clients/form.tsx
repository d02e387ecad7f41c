// The document's form for `halting_presentation`. Its copy has lost all tags, and everything after its end.

// begin of the document's
import React from 'react';

interface Field {
  name: string;
  type: 'string' | 'number' | 'boolean' | 'select' | 'date' | 'file';
  label: string;
  required?: boolean;
  default?: any;
  multiline?: boolean;
  placeholder?: string;
  options?: { value: string; label: string }[];
  min?: number;
  max?: number;
}

interface Option {
  value: string;
  label: string;
  description?: string;
}

interface Presentation {
  type: 'form' | 'choice' | 'message';
  title?: string;
  description?: string;
  message?: string;
  fields?: Field[];
  options?: Option[];
  show_progress?: boolean;
}

interface WorkflowFormProps {
  presentation: Presentation;
  onSubmit: (input: Record<string, any>) => void;
  onCancel?: () => void;
  isSubmitting?: boolean;
}

export function WorkflowForm({ presentation, onSubmit, onCancel, isSubmitting = false }: WorkflowFormProps) {
  const [formData, setFormData] = React.useState<Record<string, any>>(() => {
    // Initialize with defaults
    const defaults: Record<string, any> = {};
    presentation.fields?.forEach(field => {
      if (field.default !== undefined) {
        defaults[field.name] = field.default;
      }
    });
    return defaults;
  });

  const handleSubmit = (e: React.FormEvent) => {
    e.preventDefault();
    onSubmit(formData);
  };

  const handleChoice = (value: string) => {
    onSubmit({ choice: value });
  };

  const updateField = (name: string, value: any) => {
    setFormData(prev => ({ ...prev, [name]: value }));
  };

  return (
    <div>
      {presentation.title && (
        <h2>
          {presentation.title}
        </h2>
      )}
      {presentation.description && (
        <p>
          {presentation.description}
        </p>
      )}
      {presentation.type === 'form' && (
        <form onSubmit={handleSubmit}>
          {presentation.fields?.map(field => (
            <FormField key={field.name} field={field} value={formData[field.name]} onChange={value => updateField(field.name, value)} />
          ))}
          <div>
            <button type="submit" disabled={isSubmitting}>Submit</button>
            {onCancel && (
              <button type="button" onClick={onCancel}>Cancel</button>
            )}
          </div>
        </form>
      )}
      {presentation.type === 'choice' && (
        <div>
          {presentation.message && (
            <p>
              {presentation.message}
            </p>
          )}
          <div>
            {presentation.options?.map(option => (
              <button key={option.value} onClick={() => handleChoice(option.value)} disabled={isSubmitting}>{option.label}</button>
            ))}
          </div>
        </div>
      )}
      {presentation.type === 'message' && (
        <div>
          <p>
            {presentation.message}
          </p>
          {presentation.show_progress && (
            <div />
          )}
          <button onClick={() => onSubmit({})} disabled={isSubmitting}>Continue</button>
        </div>
      )}
    </div>
  );
}

function FormField({ field, value, onChange }: {
  field: Field;
  value: any;
  onChange: (value: any) => void;
}) {
  const baseInputClass = "w-full border rounded-lg p-2 focus:ring-2 focus:ring-[#4CD964] focus:border-transparent";

  return (
    <div>
      <label htmlFor={field.name}>{field.label}</label>
      {field.type === 'string' && !field.multiline && (
        <input id={field.name} type="text" value={value || ''} onChange={e => onChange(e.target.value)} placeholder={field.placeholder} required={field.required} className={baseInputClass} />
      )}
      {field.type === 'string' && field.multiline && (
// end of the document's
        <textarea id={field.name} value={value || ''} onChange={e => onChange(e.target.value)} placeholder={field.placeholder} required={field.required} className={baseInputClass} />
      )}
      {field.type === 'number' && (
        <input id={field.name} type="number" value={value ?? ''} onChange={e => onChange(parseFloat(e.target.value))} min={field.min} max={field.max} required={field.required} className={baseInputClass} />
      )}
      {field.type === 'boolean' && (
        <input id={field.name} type="checkbox" checked={value || false} onChange={e => onChange(e.target.checked)} />
      )}
      {field.type === 'select' && (
        <select id={field.name} value={value || ''} onChange={e => onChange(e.target.value)} required={field.required} className={baseInputClass}>
          <option value="">Choose</option>
          {field.options?.map(option => (
            <option key={option.value} value={option.value}>{option.label}</option>
          ))}
        </select>
      )}
      {field.type === 'date' && (
        <input id={field.name} type="date" value={value || ''} onChange={e => onChange(e.target.value)} required={field.required} className={baseInputClass} />
      )}
      {field.type === 'file' && (
        <input id={field.name} type="file" onChange={e => onChange(e.target.files?.[0])} required={field.required} className={baseInputClass} />
      )}
    </div>
  );
}
