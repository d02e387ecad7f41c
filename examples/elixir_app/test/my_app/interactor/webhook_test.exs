defmodule MyApp.Interactor.WebhookTest do
  use MyApp.EmulatorCase, async: true

  alias MyApp.Expenses
  alias MyApp.Interactor.{Client, Webhook}

  @secret "whsec_for_the_tests_of_this_elixir_app"

  setup %{account: account} do
    {:ok, _} =
      Client.post("/webhooks/subscriptions", %{
        url: "https://expenses.example.com/webhooks",
        events: ["workflow.instance.halted"],
        secret: @secret
      })

    # Nobody listens there: what was sent, and how it was signed, the emulator keeps.
    control(account, :put, "/routes", %{"https://expenses.example.com" => "http://127.0.0.1:9"})
    {:ok, _} = Expenses.submit("zoë", "2026-01", [%{name: "train", price: 80}])
    control(account, :post, "/settle")
    %{"deliveries" => [%{"attempts" => [sent | _]}]} = control(account, :get, "/deliveries")

    %{
      body: sent["request_body"],
      signature: sent["request_headers"]["X-Interactor-Signature"],
      timestamp: sent["request_headers"]["X-Interactor-Timestamp"]
    }
  end

  test "what the service sends is genuine", sent do
    assert Webhook.verify(sent.body, sent.signature, sent.timestamp, @secret) == :ok
  end

  test "nothing else is", sent do
    old = Integer.to_string(System.system_time(:second) - 301)
    other = "whsec_of_somebody_else_of_32_letters"
    hex = String.replace_prefix(sent.signature, "sha256=", "")

    for {body, signature, timestamp, secret} <- [
          {sent.body <> " ", sent.signature, sent.timestamp, @secret},
          {sent.body, sent.signature, sent.timestamp, other},
          {sent.body, sent.signature, old, @secret},
          {sent.body, signed(sent.body, old), old, @secret},
          {sent.body, hex, sent.timestamp, @secret},
          {sent.body, nil, sent.timestamp, @secret},
          {sent.body, sent.signature, nil, @secret},
          {sent.body, sent.signature, "yesterday", @secret}
        ] do
      assert Webhook.verify(body, signature, timestamp, secret) == :error
    end
  end

  defp signed(body, timestamp) do
    digest = :crypto.mac(:hmac, :sha256, @secret, timestamp <> "." <> body)
    "sha256=" <> Base.encode16(digest, case: :lower)
  end
end
