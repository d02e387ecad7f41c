defmodule MyApp.Interactor.Webhook do
  @moduledoc """
  Whether a delivery is the service's: over the raw body, before anything parses it.
  """

  @max_age_seconds 300

  @doc """
  Returns `:ok`, or `:error` for what is not to be trusted. The headers may be missing.
  """
  def verify(body, signature, timestamp, secret) do
    with true <- is_binary(signature) and is_binary(timestamp),
         {seconds, ""} <- Integer.parse(timestamp),
         true <- System.system_time(:second) - seconds <= @max_age_seconds,
         true <- same?(signature, "sha256=" <> hmac(secret, timestamp <> "." <> body)) do
      :ok
    else
      _ -> :error
    end
  end

  defp hmac(secret, text) do
    :hmac |> :crypto.mac(:sha256, secret, text) |> Base.encode16(case: :lower)
  end

  defp same?(given, expected) do
    byte_size(given) == byte_size(expected) and :crypto.hash_equals(given, expected)
  end
end
