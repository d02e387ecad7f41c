defmodule MyApp.Interactor.Client do
  @moduledoc """
  Calls of the Interactor API, as `{:ok, data}` or `{:error, %{status: status, code: code, message: message}}`.

  The status is nil when the service did not answer: nobody knows whether the call was carried out.
  """

  @doc """
  Uses these credentials in this process from now on, in place of the application's.
  """
  def put_credentials(client_id, client_secret) do
    Process.put({__MODULE__, :credentials}, client_id: client_id, client_secret: client_secret)
    :ok
  end

  @doc """
  Runs `function`, whose calls have this `Idempotency-Key`, and are made again when the connection breaks.
  """
  def with_idempotency_key(key, function) do
    Process.put({__MODULE__, :key}, key)
    function.()
  after
    Process.delete({__MODULE__, :key})
  end

  def get(path), do: request(method: :get, url: path)

  def post(path, body), do: request(method: :post, url: path, json: body)

  defp request(options) do
    settings = settings()

    case send_request(settings, options) do
      {:ok, %{status: 401}} ->
        # A token lasts an hour.
        :persistent_term.erase({__MODULE__, settings[:client_id]})
        settings |> send_request(options) |> result()

      answer ->
        result(answer)
    end
  end

  defp result({:ok, %{body: %{"error" => error}, status: status}}) do
    {:error, %{status: status, code: error["code"], message: error["message"]}}
  end

  defp result({:ok, %{body: %{"data" => data}}}), do: {:ok, data}
  defp result({:ok, %{status: status}}), do: unavailable(status, "an answer without data")
  defp result({:error, exception}), do: unavailable(nil, Exception.message(exception))

  defp unavailable(status, message) do
    {:error, %{status: status, code: "unavailable", message: message}}
  end

  defp send_request(settings, options) do
    with {:ok, token} <- token(settings) do
      [
        base_url: settings[:core_url] <> "/api/v1",
        auth: {:bearer, token},
        headers: if(key(), do: [{"idempotency-key", key()}], else: []),
        # Without a key a POST must not be made twice.
        retry: if(key(), do: :transient, else: :safe_transient),
        retry_log_level: false
      ]
      |> Keyword.merge(Keyword.take(settings, [:retry_delay]))
      |> Keyword.merge(options)
      |> Req.request()
    end
  end

  defp key, do: Process.get({__MODULE__, :key})

  defp token(settings) do
    case :persistent_term.get({__MODULE__, settings[:client_id]}, nil) do
      nil -> new_token(settings)
      token -> {:ok, token}
    end
  end

  defp new_token(settings) do
    form = [
      grant_type: "client_credentials",
      client_id: settings[:client_id],
      client_secret: settings[:client_secret]
    ]

    case Req.request(method: :post, url: settings[:auth_url] <> "/oauth/token", form: form) do
      {:ok, %{status: 200, body: %{"access_token" => token}}} ->
        :persistent_term.put({__MODULE__, settings[:client_id]}, token)
        {:ok, token}

      {:ok, %{status: status}} ->
        {:error, %RuntimeError{message: "no token: #{status}"}}

      {:error, exception} ->
        {:error, exception}
    end
  end

  defp settings do
    Keyword.merge(
      Application.fetch_env!(:my_app, __MODULE__),
      Process.get({__MODULE__, :credentials}, [])
    )
  end
end
