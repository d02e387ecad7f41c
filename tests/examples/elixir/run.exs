# What `mix test` does with the example, without Mix and Hex: elixir run.exs, in the example's folder.

Code.require_file("req.exs", __DIR__)
{:ok, _} = Application.ensure_all_started(:inets)
# A connection for each request: one that a test breaks is nobody else's.
:ok = :httpc.set_options(max_keep_alive_length: 0, max_sessions: 0)
Application.put_all_env(Config.Reader.read!("config/runtime.exs", env: :test))
Code.require_file("test/test_helper.exs")

for folders <- [["lib/**/*.ex", "test/support/**/*.ex"], ["test/**/*_test.exs"]] do
  {:ok, _modules, _warnings} = folders |> Enum.flat_map(&Path.wildcard/1) |> Kernel.ParallelCompiler.require()
end
