#!/bin/sh
# A session with curl against a running emulator: sh session.sh http://127.0.0.1:8787
set -eu
url=${1:-http://127.0.0.1:8787}
api=$url/api/v1
here=$(dirname "$0")

# The body of an answer, or the end of the session with it.
call() {
  answer=$(curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' "$@") || {
    echo "$answer" >&2
    exit 1
  }
  echo "$answer"
}
# A member's value, without more tools than sed.
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

token=$(curl --silent --fail "$url/oauth/token" --data grant_type=client_credentials \
  --data client_id=client_dev --data client_secret=secret_dev | member access_token)
auth="Authorization: Bearer $token"

# A workflow that is there, from a session before this one say, gets a further version.
where=$api/workflows
if curl --silent --fail --output /dev/null --header "$auth" "$api/workflows/leave_request/versions"; then
  where=$api/workflows/leave_request/versions
fi
version=$(call --header "$auth" "$where" --data @"$here/../node_app/leave_request.json" | member version_id)
call --header "$auth" --request POST "$api/workflows/leave_request/versions/$version/publish" --data '{}' >/dev/null

id=$(call --header "$auth" "$api/workflows/leave_request/instances" --data '{"namespace":"user_1","input":{"days":3}}' \
  | sed -n 's/^{"data":{"id":"\([^"]*\)".*/\1/p')
echo "started: $(call --header "$auth" "$api/workflows/instances/$id" | member status)"
call --header "$auth" "$api/workflows/instances/$id/resume" --data '{"input":{"approved":true}}' >/dev/null
call "$url/_emulator/instances/$id/explain" | sed -n 's/.*"text":"\([^"]*\).*/\1/p' | head -1
echo "ended in: $(call --header "$auth" "$api/workflows/instances/$id" | member current_state)"
