defmodule MyApp.ExpensesTest do
  use MyApp.EmulatorCase, async: true

  alias MyApp.Expenses
  alias MyApp.Interactor.Workflows

  @items [%{name: "train", price: 80}, %{name: "lunch", price: 12}]

  defp submitted do
    {:ok, %{"id" => id, "status" => "halted"}} = Expenses.submit("ann", "2026-01", @items)
    id
  end

  test "a small report is paid at once" do
    assert {:ok, %{"status" => "completed", "current_state" => "paid"}} =
             Expenses.submit("ann", "2026-01", [%{name: "lunch", price: 50}])
  end

  test "a manager approves" do
    id = submitted()
    assert {:ok, [^id]} = Expenses.open("ann")
    {:ok, %{"halting_presentation" => form}} = Workflows.get_instance(id)
    assert form["description"] == "$92 in all"
    assert {:ok, %{"current_state" => "paid"}} = Expenses.approve(id)
    assert {:ok, []} = Expenses.open("ann")
  end

  test "a manager asks, and declines after all" do
    id = submitted()
    assert {:ok, %{"current_state" => "clarify"}} = Expenses.ask(id, "Which train?")
    assert {:error, :too_late} = Expenses.approve(id)
    assert {:ok, %{"current_state" => "manager"}} = Expenses.clarify(id, "The night train")
    assert {:ok, %{"current_state" => "declined"}} = Expenses.decline(id)
    {:ok, %{"history" => history}} = Workflows.get_instance(id)
    assert Enum.map(history, & &1["state"]) == ~w(submit manager clarify manager declined)
  end

  test "nobody decides for 90 days", %{account: account} do
    id = submitted()
    control(account, :post, "/clock/advance", %{seconds: 90 * 24 * 3600})
    assert {:error, :cancelled} = Workflows.wait_for_completion(id)
    assert {:error, :too_late} = Expenses.approve(id)
  end

  test "two managers decide at the same moment", %{account: account} do
    id = submitted()
    control(account, :post, "/hold", %{operation: "resume"})

    decides = fn decision ->
      Task.async(fn ->
        use_account(account)
        decision.(id)
      end)
    end

    first = decides.(&Expenses.approve/1)
    until_held(account, 1)
    second = decides.(&Expenses.decline/1)
    until_held(account, 2)
    control(account, :post, "/release")
    assert {:ok, %{"current_state" => "paid"}} = Task.await(first)
    assert {:error, :too_late} = Task.await(second)
  end

  test "a report is handed in once when the reply is lost", %{account: account} do
    control(account, :post, "/faults", %{
      match: %{method: "POST", path: "/workflows/*/instances", times: 1},
      effect: %{drop: true}
    })

    id = submitted()
    assert {:ok, [^id]} = Expenses.open("ann")
    assert submitted() == id
  end

  test "a decision is not made again by itself when the reply is lost", %{account: account} do
    id = submitted()

    control(account, :post, "/faults", %{
      match: %{path: "/workflows/instances/*/resume", times: 1},
      effect: %{drop: true}
    })

    assert {:error, %{status: nil, code: "unavailable"}} = Expenses.approve(id)
    assert {:ok, %{"current_state" => "paid"}} = Workflows.get_instance(id)
  end
end
