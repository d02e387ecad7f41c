import Config

config :my_app, MyApp.Interactor.Client,
  core_url: System.fetch_env!("INTERACTOR_CORE_URL"),
  auth_url: System.fetch_env!("INTERACTOR_AUTH_URL"),
  client_id: System.fetch_env!("INTERACTOR_CLIENT_ID"),
  client_secret: System.fetch_env!("INTERACTOR_CLIENT_SECRET")

# Tests break connections, and do not wait for the next try.
if config_env() == :test do
  config :my_app, MyApp.Interactor.Client, retry_delay: 1
end
