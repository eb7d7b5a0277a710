import type { CommandName } from './arguments.ts';

/** The page of `migralint --help`. */
export const help = `migralint proves, without a database, that every install of a project can upgrade.

Usage
  migralint [check] [PATH..]   read the project here; report what breaks, in these paths only if any are given
  migralint paths              every upgrade path with its verdict, and how the way of deploying is known
  migralint schema             the database's schema at one moment, as SQL
  migralint diff A B           how the database differs between two moments
  migralint replay             the same paths on real engines, beside what migralint says of them
  migralint explain RULE       what a rule finds, why it hurts, what to write instead
  migralint rules              every rule
  migralint init               show what was found, write a config, offer the commit hook and the file for CI
  migralint baseline           write down what is found today, so that only new findings are reported

  One folder as the only PATH is read as a project of its own. Several paths, files and globs filter what is
  reported; the project is always read whole.

Options of check
  -f, --format FORMAT     pretty (default), compact, json, ndjson, sarif, github, gitlab, junit, checkstyle, rdjson
                          or markdown; FORMAT:FILE writes one more report, and may be given several times
  -o, --output FILE       write the report to a file
      --rule RULE=LEVEL   error, warning, info or off; may be given several times
      --fail-on LEVEL     exit with 1 from this severity on: error (default), warning, info or never
      --max-warnings N    exit with 1 if there are more warnings
  -q, --quiet             errors only
      --from STATE        only the paths from this start state, such as "fresh install"
      --since REF         only what is found now and was not found where the work here left that branch or commit
      --staged            only what the next commit brings: the files as they are staged, against the last commit
      --fix               make the fixes that change nothing for any install; never in a released migration
      --fix-unsafe        also those that a person has to look at
      --diff              show what they would change, as a diff for git apply, and change nothing
      --no-baseline       report what the baseline knows, too

Options of every command
      --dialect NAME      sqlite, postgres, mysql or mariadb; default: told from the project
  -c, --config FILE       default: migralint.config.json, .js, .mjs, or "migralint" in package.json, found upward
      --no-config         read none
      --print-config      show the config that would be used, and stop
      --show-files        show which files are read, and why, and stop
      --color, --no-color default: colour in a terminal, unless NO_COLOR is set; FORCE_COLOR is heeded too
  -h, --help              this page, or a command's own
  -v, --version

Exit code
  0 nothing found at or above --fail-on, 1 found, 2 could not work (bad usage, config or file)
`;

/** Pages of single commands. */
export const commandHelp: Readonly<Record<CommandName, string>> = {
  check: help,
  paths: `Usage: migralint paths [FOLDER] [--unsure]

Shows, for each way of deploying that was found in the project, how it is known, and every upgrade path with its
verdict: which installs come through, which fail, at which line and with what error. Where migralint has
understood the project wrongly, the lines "known from" say what to correct in the config.

      --unsure            also name every statement whose outcome is not certain, with the reason
  -f, --format FORMAT     pretty (default) or json
  -o, --output FILE       write to a file

All options that migralint --help lists for every command work here too.
`,
  schema: `Usage: migralint schema [FOLDER] [--at STATE] [--format sql|json]

Shows the schema that a database has in the end, as SQL or as JSON.

      --at STATE          head (default): after an upgrade with today's files, from any state
                          fresh: a new install
                          any name that migralint paths shows: the database from before that upgrade
  -f, --format FORMAT     sql (default) or json
  -o, --output FILE       write to a file

All options that migralint --help lists for every command work here too.
`,
  diff: `Usage: migralint diff A B [FOLDER] [--format json]

Shows what the database at moment B has that it has not at A, and the other way round. Moments are named as for
migralint schema --at: fresh, head, or any name that migralint paths shows. Exit code: 0 equal, 1 not.
`,
  replay: `Usage: migralint replay [FOLDER] [--url URL] [--rows]

Runs every upgrade path on a real engine, and shows beside each what migralint says and what the engine says. A
finding is confirmed where the engine failed on one of its paths, at its statement, with its words.

SQLite and PostgreSQL run in memory, from packages that are installed beside migralint or in the project:
node-sqlite3-wasm (or Node's own SQLite) and @electric-sql/pglite. Servers are reached through pg and mysql2.

Nothing that is there is touched. On a server, each path gets a database of its own with a random name, which is
dropped at the end, after an error and after Ctrl-C too. The database that the URL names is never used. Statements
that reach outside (whole databases, roles, server settings, files, programs, other servers) are not run, and
listed. A user that may do nothing but create databases is safer still.

      --url URL           a server: postgres://.., mysql://.. or mariadb://..; may be given several times
      --rows              puts two rows into each table of a start state, so that hazards that need rows show
      --from STATE        only the path from this start state, such as "fresh install"
      --time-limit N      seconds for one statement; default: 30
  -f, --format FORMAT     pretty (default) or json
  -o, --output FILE       write to a file

All options that migralint --help lists for every command work here too. Exit code: 0 the engine says the same, 1
it does not on some path, 2 could not work.
`,
  explain: `Usage: migralint explain RULE

Shows what a rule finds, why that hurts, what to write instead, and examples. migralint rules lists them all. Rules of
the config's plugins are known too.
`,
  init: `Usage: migralint init [FOLDER] [--hook] [--ci]

Shows every way of deploying that was found, with the evidence, and writes migralint.config.json: a few lines with
comments. Nothing that is there is overwritten: where a file exists, the lines to add are shown.

      --hook              write the commit hook: for husky where it is used, else for git; shown for pre-commit and lefthook
      --ci                write .github/workflows/migralint.yml; shown for GitLab CI and others

All options that migralint --help lists for every command work here too.
`,
  baseline: `Usage: migralint baseline [FOLDER] [--prune]

Writes every finding of today into migralint-baseline.json (or the file that "baseline" in the config names), by
rule, object and deployment, never by line. They are not reported any more, unless a warning becomes an error; the
summary counts them. Commit the file. In an old project this is the first thing to do after migralint init.

      --prune             only take out findings that are gone; add none

All options that migralint --help lists for every command work here too.
`,
  rules: `Usage: migralint rules

Lists every rule with its severity and one line of what it finds, those of the config's plugins last.
`,
};
