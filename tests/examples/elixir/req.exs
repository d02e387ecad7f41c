# A few lines in place of Req, where packages of Hex cannot be had: the options that the example uses, over OTP's own client.

defmodule Req.Response do
  defstruct [:status, :body]
end

defmodule Req.TransportError do
  defexception [:reason]
  def message(error), do: inspect(error.reason)
end

defmodule Req do
  @known [:method, :url, :base_url, :headers, :auth, :json, :form, :retry, :retry_delay, :retry_log_level]

  def request!(options) do
    case request(options) do
      {:ok, response} -> response
      {:error, error} -> raise error
    end
  end

  def request(options, tries \\ 3) do
    [] = Keyword.keys(options) -- @known

    case once(options) do
      {:error, error} ->
        if tries > 0 and again?(options), do: wait_and_again(options, tries), else: {:error, error}

      answered ->
        answered
    end
  end

  defp again?(options) do
    case Keyword.get(options, :retry, :safe_transient) do
      :transient -> true
      :safe_transient -> options[:method] == :get
    end
  end

  defp wait_and_again(options, tries) do
    Process.sleep(Keyword.get(options, :retry_delay, 1000))
    request(options, tries - 1)
  end

  defp once(options) do
    url = Keyword.get(options, :base_url, "") <> options[:url]
    given = Keyword.get(options, :headers, []) ++ auth(options[:auth])
    headers = for {name, value} <- given, do: {to_charlist(name), to_charlist(value)}
    request = List.to_tuple([url, headers | body(options)])

    case :httpc.request(options[:method], request, [autoredirect: false, timeout: 15_000], body_format: :binary) do
      {:ok, {{_, status, _}, _headers, body}} -> {:ok, %Req.Response{status: status, body: decoded(body)}}
      {:error, reason} -> {:error, %Req.TransportError{reason: reason}}
    end
  end

  defp auth({:bearer, token}), do: [{"authorization", "Bearer " <> token}]
  defp auth(nil), do: []

  defp body(options) do
    cond do
      options[:json] -> ['application/json', Json.encode(options[:json])]
      options[:form] -> ['application/x-www-form-urlencoded', URI.encode_query(options[:form])]
      true -> []
    end
  end

  defp decoded(""), do: ""
  defp decoded(body), do: Json.decode(body)
end

defmodule Json do
  # JSON, which Elixir has of itself from 1.18 on.

  def encode(value), do: value |> encoded() |> IO.iodata_to_binary()

  defp encoded(value) when value in [nil, true, false], do: if(value == nil, do: "null", else: to_string(value))
  defp encoded(value) when is_number(value), do: to_string(value)
  defp encoded(value) when is_atom(value), do: encoded(Atom.to_string(value))

  defp encoded(value) when is_binary(value) do
    [?", for(<<point::utf8 <- value>>, do: letter(point)), ?"]
  end

  defp encoded(value) when is_list(value), do: [?[, value |> Enum.map(&encoded/1) |> Enum.intersperse(?,), ?]]

  defp encoded(value) when is_map(value) do
    members = for {name, member} <- value, do: [encoded(to_string(name)), ?:, encoded(member)]
    [?{, Enum.intersperse(members, ?,), ?}]
  end

  defp letter(point) when point < 32 or point in [?", ?\\] do
    "\\u" <> (point |> Integer.to_string(16) |> String.pad_leading(4, "0"))
  end

  defp letter(point), do: <<point::utf8>>

  def decode(text) do
    {value, ""} = text |> skipped() |> value()
    value
  end

  defp value("null" <> rest), do: {nil, skipped(rest)}
  defp value("true" <> rest), do: {true, skipped(rest)}
  defp value("false" <> rest), do: {false, skipped(rest)}
  defp value("\"" <> rest), do: string(rest, "")
  defp value("[" <> rest), do: elements(skipped(rest), [])
  defp value("{" <> rest), do: members(skipped(rest), %{})

  defp value(rest) do
    [number] = Regex.run(~r/^-?\d+(\.\d+)?([eE][-+]?\d+)?/, rest, capture: :first)
    rest = skipped(binary_part(rest, byte_size(number), byte_size(rest) - byte_size(number)))
    {if(number =~ ~r/^-?\d+$/, do: String.to_integer(number), else: elem(Float.parse(number), 0)), rest}
  end

  defp elements("]" <> rest, found), do: {Enum.reverse(found), skipped(rest)}
  defp elements("," <> rest, found), do: elements(skipped(rest), found)

  defp elements(rest, found) do
    {element, rest} = value(rest)
    elements(rest, [element | found])
  end

  defp members("}" <> rest, found), do: {found, skipped(rest)}
  defp members("," <> rest, found), do: members(skipped(rest), found)

  defp members("\"" <> rest, found) do
    {name, ":" <> rest} = string(rest, "")
    {member, rest} = value(skipped(rest))
    members(rest, Map.put(found, name, member))
  end

  defp string("\"" <> rest, found), do: {found, skipped(rest)}

  defp string("\\u" <> <<high::binary-4, "\\u", low::binary-4, rest::binary>>, found) when high >= "d800" and high < "dc00" do
    string(rest, found <> <<0x10000 + (unit(high) - 0xD800) * 0x400 + unit(low) - 0xDC00::utf8>>)
  end

  defp string("\\u" <> <<unit::binary-4, rest::binary>>, found), do: string(rest, found <> <<unit(unit)::utf8>>)
  defp string("\\" <> <<letter, rest::binary>>, found), do: string(rest, found <> escaped(letter))
  defp string(<<point::utf8, rest::binary>>, found), do: string(rest, found <> <<point::utf8>>)

  defp escaped(letter), do: Map.get(%{?n => "\n", ?t => "\t", ?r => "\r", ?b => "\b", ?f => "\f"}, letter, <<letter>>)

  defp unit(digits), do: String.to_integer(digits, 16)

  defp skipped(<<space, rest::binary>>) when space in ' \n\r\t', do: skipped(rest)
  defp skipped(rest), do: rest
end
