// Keeps one comment on a pull request: the first line of the Markdown is its mark, by which it is found again.
const { existsSync, readFileSync } = require("node:fs")

module.exports = async ({ github, context, core }) => {
  const file = process.env.MARKDOWN
  if (!file || !existsSync(file)) return
  const body = readFileSync(file, "utf8")
  const mark = body.split("\n", 1)[0]
  const { owner, repo } = context.repo
  const issue_number = context.issue.number
  const { rest } = github
  try {
    const comments = await github.paginate(rest.issues.listComments, { owner, repo, issue_number, per_page: 100 })
    const ours = comments.find((each) => each.user?.type === "Bot" && each.body?.startsWith(mark))
    if (ours) await rest.issues.updateComment({ owner, repo, comment_id: ours.id, body })
    else await rest.issues.createComment({ owner, repo, issue_number, body })
  } catch (error) {
    // A fork's token may not write. The tests have said what they had to: it stands in the job's summary.
    core.warning(`No comment on the pull request: ${error.message}. The job needs "pull-requests: write".`)
  }
}
