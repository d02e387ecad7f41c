defmodule MyApp.EmulatorCase do
  @moduledoc """
  Each test has an account of the emulator to itself, so that they run at the same time.
  """

  use ExUnit.CaseTemplate

  alias MyApp.Interactor.Client

  using do
    quote do
      import MyApp.EmulatorCase
    end
  end

  setup do
    name = "test_#{System.unique_integer([:positive])}"
    account = control("default", :post, "/accounts/default/fork", %{name: name})
    use_account(account)
    on_exit(fn -> control(account, :delete, "/accounts/#{account["name"]}") end)
    %{account: account}
  end

  @doc """
  Lets this process act in the account; another one that a test starts has to say so, too.
  """
  def use_account(account) do
    Client.put_credentials(account["client_id"], account["client_secret"])
  end

  @doc """
  A call of the emulator's own API, on the same port, that means this account.
  """
  def control(account, method, path, body \\ %{}) do
    name = if is_map(account), do: account["name"], else: account

    options = [
      method: method,
      url: System.fetch_env!("INTERACTOR_CORE_URL") <> "/_emulator" <> path
    ]

    options = if method == :get, do: options, else: options ++ [json: body]
    answer = Req.request!([headers: [{"x-emulator-account", name}]] ++ options)
    if answer.status >= 300, do: raise("#{path}: #{answer.status} #{inspect(answer.body)}")
    answer.body
  end

  @doc """
  Returns when so many requests are held.
  """
  def until_held(account, count) do
    if control(account, :get, "/hold")["held"] < count, do: until_held(account, count), else: :ok
  end
end
