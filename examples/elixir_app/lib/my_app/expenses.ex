defmodule MyApp.Expenses do
  @moduledoc """
  Expense reports: small ones are paid at once, a manager decides about the others, and may ask.
  """

  alias MyApp.Interactor.{Client, Workflows}

  @workflow "expense"
  @too_late ["concurrent_modification", "instance_not_halted"]

  @doc """
  Hands a report in. Done twice with the same `report_id`, it is handed in once.
  """
  def submit(user_id, report_id, items) do
    Client.with_idempotency_key("expense-#{report_id}", fn ->
      Workflows.create_instance(@workflow, user_id, %{requester: user_id, items: items})
    end)
  end

  def approve(id), do: answer(id, "manager", %{decision: "approve"})
  def decline(id), do: answer(id, "manager", %{decision: "decline"})
  def ask(id, question), do: answer(id, "manager", %{decision: "ask", question: question})

  @doc """
  What the requester says when the manager has asked.
  """
  def clarify(id, text), do: answer(id, "clarify", %{clarification: text})

  @doc """
  Ids of the reports of this person that somebody has to look at.
  """
  def open(user_id) do
    with {:ok, instances} <-
           Workflows.list_instances(%{
             user_id: user_id,
             workflow_name: @workflow,
             status: "halted"
           }) do
      {:ok, Enum.map(instances, & &1["id"])}
    end
  end

  defp answer(id, state, input) do
    with {:ok, %{"status" => "halted", "current_state" => ^state}} <- Workflows.get_instance(id),
         {:ok, resumed} <- Workflows.resume_instance(id, input) do
      {:ok, resumed}
    else
      {:ok, _elsewhere} -> {:error, :too_late}
      {:error, %{code: code}} when code in @too_late -> {:error, :too_late}
      {:error, error} -> {:error, error}
    end
  end
end
