/*
 * completion.c -- `pitwall completion SHELL`: completion scripts, generated from the
 * tables of the program
 *
 *  (1) The script contains the values of tables. Names of files of the program (rulesets,
 *      circuits, seasons, themes) come from the command that lists them, and a file of
 *      one's own may be in their place.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "option_rows.h"

static const char *accepts_of(const struct command *command)
{
	return command == NULL ? console_accepts : command->accepts;
}

/* The command that lists the files of a kind (1). */
static const char *lister_of(enum value_kind kind)
{
	return kind == VALUE_RULES     ? "rules"
	       : kind == VALUE_CIRCUIT ? "circuits"
	       : kind == VALUE_SEASON  ? "season"
	       : kind == VALUE_THEME   ? "themes"
				       : NULL;
}

static bool is_file(enum value_kind kind)
{
	return kind == VALUE_FILE;
}

static void table_values(struct out *out, enum value_kind kind)
{
	const char *value;
	for (size_t i = 0; (value = value_at(kind, i)) != NULL; i++)
		out_format(out, "%s%s", i == 0 ? "" : " ", value);
}

static void completion_options_of(struct out *out, const struct command *command)
{
	bool first = true;
	for (size_t i = 0; i < option_rows_count; i++) {
		if (!option_accepted(accepts_of(command), option_rows[i].name))
			continue;
		out_format(out, "%s--%s", first ? "" : " ", option_rows[i].name);
		first = false;
	}
}

static void command_names(struct out *out, const char *between)
{
	for (size_t i = 0; i < command_count; i++)
		out_format(out, "%s%s", i == 0 ? "" : between, commands[i].name);
}

static bool is_command(const struct command *command, const char *name)
{
	return command != NULL && strcmp(command->name, name) == 0;
}

/* Words that a command takes beside files, and whether it takes names that it lists. */
static const char *completion_words_of(const struct command *command)
{
	return is_command(command, "session") || is_command(command, "season") ? "new"
									       : "";
}

static bool lists_itself(const struct command *command)
{
	return is_command(command, "rules") || is_command(command, "circuits") ||
	       is_command(command, "season");
}

/* The arguments of one command are these words alone. */
static const char shell_names[] = "bash zsh fish";

static bool takes_shells(const struct command *command)
{
	return is_command(command, "completion");
}

/** Within single quotes. */
static void completion_quoted(struct out *out, const char *text, bool brackets)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\'')
			out_text(out, "'\\''");
		else if (brackets && (*p == '[' || *p == ']' || *p == ':'))
			out_format(out, "\\%c", *p);
		else
			out_bytes(out, p, 1);
	}
}

/* ---- bash -------------------------------------------------------------------------- */

static void bash_value(struct out *out, const char *command,
		       const struct option_row *row, enum value_kind kind)
{
	out_format(out, "\t%s/--%s", command, row->name);
	if (row->letter != 0)
		out_format(out, "|%s/-%c", command, row->letter);
	out_text(out, ")\n\t\t");
	if (is_file(kind))
		out_text(out, "_pitwall_files");
	else if (lister_of(kind) != NULL)
		out_format(out, "_pitwall_or_files \"%s $(_pitwall_list %s)\"",
			   value_at(kind, 0) ? value_at(kind, 0) : "", lister_of(kind));
	else {
		out_text(out, "_pitwall_words \"");
		table_values(out, kind);
		out_text(out, "\"");
	}
	out_text(out, "\n\t\treturn ;;\n");
}

static void bash_values(struct out *out)
{
	out_text(out, "\tcase $command/$prev in\n");
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		if (row->argument == NULL)
			continue;
		if (row->value == VALUE_FORMAT)
			bash_value(out, "render", row, VALUE_PICTURE);
		bash_value(out, "*", row, row->value);
	}
	out_text(out, "\tesac\n");
}

static void bash_words(struct out *out)
{
	out_text(out, "\tcase $cur in\n\t-*)\n\t\tcase $command in\n");
	for (size_t i = 0; i <= command_count; i++) {
		const struct command *command = i < command_count ? &commands[i] : NULL;
		out_format(out, "\t\t%s) _pitwall_words \"",
			   command == NULL ? "*" : command->name);
		completion_options_of(out, command);
		out_text(out, "\" ;;\n");
	}
	out_text(out, "\t\tesac\n\t\treturn ;;\n\tesac\n\tcase $command in\n");
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = &commands[i];
		if (takes_shells(command))
			out_format(out, "\t%s) _pitwall_words \"%s\" ;;\n",
				   command->name, shell_names);
		else if (lists_itself(command))
			out_format(out,
				   "\t%s) _pitwall_or_files \"%s $(_pitwall_list %s)\" "
				   ";;\n",
				   command->name, completion_words_of(command),
				   command->name);
		else if (completion_words_of(command)[0] != '\0')
			out_format(out, "\t%s) _pitwall_or_files \"%s\" ;;\n",
				   command->name, completion_words_of(command));
	}
	out_text(out, "\t*)\n\t\tlocal words=\n"
		      "\t\t[ \"$COMP_CWORD\" -gt 1 ] || words=\"");
	command_names(out, " ");
	out_text(out, "\"\n\t\t_pitwall_or_files \"$words\" ;;\n\tesac\n");
}

static void bash(struct out *out)
{
	out_text(out,
		 "# bash completion for pitwall; made by `pitwall completion bash`\n"
		 "_pitwall_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }\n"
		 "_pitwall_list() { pitwall \"$1\" --format csv 2>/dev/null | sed 1d | "
		 "cut -d , -f 1; }\n"
		 "_pitwall_files()\n{\n"
		 "\tlocal IFS=$'\\n'\n"
		 "\tcompopt -o filenames 2>/dev/null\n"
		 "\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n}\n"
		 "_pitwall_or_files() { _pitwall_files; "
		 "COMPREPLY+=($(compgen -W \"$1\" -- \"$cur\")); }\n"
		 "_pitwall()\n{\n"
		 "\tlocal cur=${COMP_WORDS[COMP_CWORD]} command= prev=\n"
		 "\t[ \"$COMP_CWORD\" -lt 1 ] || prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
		 "\t# bash takes --theme=dark for three words.\n"
		 "\tif [ \"$cur\" = = ]; then\n\t\tcur=\n"
		 "\telif [ \"$prev\" = = ]; then\n"
		 "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n"
		 "\tCOMPREPLY=()\n"
		 "\tif [ \"$COMP_CWORD\" -gt 1 ]; then\n"
		 "\t\tcase ${COMP_WORDS[1]} in\n\t\t");
	command_names(out, "|");
	out_text(out, ")\n\t\t\tcommand=${COMP_WORDS[1]} ;;\n\t\tesac\n\tfi\n");
	bash_values(out);
	bash_words(out);
	out_text(out, "}\ncomplete -F _pitwall pitwall\n");
}

/* ---- zsh --------------------------------------------------------------------------- */

static void zsh_option(struct out *out, const struct command *command,
		       const struct option_row *row)
{
	char about[512];
	enum value_kind kind = value_kind_of(row, command);
	option_about(row, command, about, sizeof(about));
	for (int shape = row->letter != 0 ? 0 : 1; shape < 2; shape++) {
		if (shape == 0)
			out_format(out, " \\\n\t\t\t'-%c", row->letter);
		else
			out_format(out, " \\\n\t\t\t'--%s%s", row->name,
				   row->argument == NULL ? "" : "=");
		out_text(out, "[");
		completion_quoted(out, about, true);
		out_text(out, "]");
		if (row->argument != NULL) {
			out_text(out, ":");
			completion_quoted(out, row->argument, true);
			out_text(out, ":");
			if (is_file(kind))
				out_text(out, "_files");
			else if (lister_of(kind) != NULL)
				out_format(out, " _pitwall_list %s%s%s",
					   lister_of(kind),
					   value_at(kind, 0) ? " " : "",
					   value_at(kind, 0) ? value_at(kind, 0) : "");
			else if (value_at(kind, 0) != NULL) {
				out_text(out, "(");
				table_values(out, kind);
				out_text(out, ")");
			}
		}
		out_text(out, "'");
	}
}

static void zsh_command(struct out *out, const struct command *command)
{
	out_format(out, "\t%s)\n\t\t_arguments -s -S",
		   command == NULL ? "*" : command->name);
	for (size_t i = 0; i < option_rows_count; i++)
		if (option_accepted(accepts_of(command), option_rows[i].name))
			zsh_option(out, command, &option_rows[i]);
	out_text(out, " \\\n\t\t\t'*:source:");
	if (takes_shells(command))
		out_format(out, "(%s)' ;;\n", shell_names);
	else if (lists_itself(command))
		out_format(out, " _pitwall_list %s %s' ;;\n", command->name,
			   completion_words_of(command));
	else if (completion_words_of(command)[0] != '\0')
		out_format(out, " _pitwall_or_files %s' ;;\n",
			   completion_words_of(command));
	else
		out_text(out, "_files' ;;\n");
}

static void zsh(struct out *out)
{
	out_text(out, "#compdef pitwall\n"
		      "# made by `pitwall completion zsh`\n"
		      "_pitwall_or_files() {\n\tcompadd -- $@\n\t_files\n}\n"
		      "_pitwall_list() {\n"
		      "\t_pitwall_or_files ${@:2} ${(f)\"$(pitwall $1 --format csv "
		      "2>/dev/null | sed 1d | cut -d , -f 1)\"}\n"
		      "}\n"
		      "_pitwall() {\n"
		      "\tlocal -a commands\n\tlocal command=\n\tcommands=(\n");
	for (size_t i = 0; i < command_count; i++) {
		out_format(out, "\t\t'%s:", commands[i].name);
		completion_quoted(out, commands[i].about, false);
		out_text(out, "'\n");
	}
	out_text(out, "\t)\n"
		      "\tif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
		      "\t\t_describe command commands\n\t\t_files\n\t\treturn\n\tfi\n"
		      "\tif (( ${commands[(I)$words[2]:*]} )); then\n"
		      "\t\tcommand=$words[2]\n\t\tshift words\n\t\t(( CURRENT-- ))\n"
		      "\tfi\n"
		      "\tcase $command in\n");
	for (size_t i = 0; i < command_count; i++)
		zsh_command(out, &commands[i]);
	zsh_command(out, NULL);
	out_text(out, "\tesac\n}\n"
		      "if [ \"$funcstack[1]\" = _pitwall ]; then\n\t_pitwall \"$@\"\n"
		      "else\n\tcompdef _pitwall pitwall\nfi\n");
}

/* ---- fish -------------------------------------------------------------------------- */

static void fish_option(struct out *out, const struct command *command,
			const struct option_row *row)
{
	char about[512];
	enum value_kind kind = value_kind_of(row, command);
	option_about(row, command, about, sizeof(about));
	if (command == NULL)
		out_text(out, "complete -c pitwall -n __pitwall_console");
	else
		out_format(out, "complete -c pitwall -n '__pitwall_is %s'",
			   command->name);
	out_format(out, " -l %s", row->name);
	if (row->letter != 0)
		out_format(out, " -s %c", row->letter);
	if (row->argument != NULL)
		out_text(out,
			 is_file(kind) || lister_of(kind) != NULL ? " -r -F" : " -x");
	if (row->argument != NULL && lister_of(kind) != NULL) {
		out_format(out, " -a '%s%s(__pitwall_list %s)'",
			   value_at(kind, 0) ? value_at(kind, 0) : "",
			   value_at(kind, 0) ? " " : "", lister_of(kind));
	} else if (row->argument != NULL && value_at(kind, 0) != NULL) {
		out_text(out, " -a '");
		table_values(out, kind);
		out_text(out, "'");
	}
	/* Within quotes fish knows \' and \\ alone; no about holds the latter. */
	out_text(out, " -d '");
	for (const char *p = about; *p != '\0'; p++)
		out_format(out, "%s%c", *p == '\'' ? "\\" : "", *p);
	out_text(out, "'\n");
}

static void fish(struct out *out)
{
	out_text(out,
		 "# fish completion for pitwall; made by `pitwall completion fish`\n"
		 "function __pitwall_is\n"
		 "\tset -l words (commandline -opc)\n"
		 "\ttest (count $words) -gt 1; and test $words[2] = $argv[1]\nend\n"
		 "function __pitwall_console\n"
		 "\tset -l words (commandline -opc)\n"
		 "\ttest (count $words) -lt 2; or not contains -- $words[2] ");
	command_names(out, " ");
	out_text(out, "\nend\n"
		      "function __pitwall_first\n"
		      "\ttest (count (commandline -opc)) -eq 1\nend\n"
		      "function __pitwall_list\n"
		      "\tpitwall $argv[1] --format csv 2>/dev/null | sed 1d | "
		      "string replace -r ',.*' ''\n"
		      "end\n");
	for (size_t i = 0; i < command_count; i++) {
		out_format(out, "complete -c pitwall -n __pitwall_first -a %s -d '",
			   commands[i].name);
		completion_quoted(out, commands[i].about, false);
		out_text(out, "'\n");
		const char *words = takes_shells(&commands[i])
					    ? shell_names
					    : completion_words_of(&commands[i]);
		if (words[0] != '\0')
			out_format(out,
				   "complete -c pitwall -n '__pitwall_is %s'%s -a "
				   "'%s'\n",
				   commands[i].name,
				   takes_shells(&commands[i]) ? " -f" : "", words);
		if (lists_itself(&commands[i]))
			out_format(out,
				   "complete -c pitwall -n '__pitwall_is %s' -a "
				   "'(__pitwall_list %s)'\n",
				   commands[i].name, commands[i].name);
	}
	for (size_t i = 0; i <= command_count; i++)
		for (size_t k = 0; k < option_rows_count; k++) {
			const struct command *command =
				i < command_count ? &commands[i] : NULL;
			if (option_accepted(accepts_of(command), option_rows[k].name))
				fish_option(out, command, &option_rows[k]);
		}
}

int completion_run(const struct options *options)
{
	static const struct {
		const char *name;
		void (*write)(struct out *out);
	} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
	struct out out;
	for (size_t i = 0; options->source_count == 1 && i < ARRAY_LEN(shells); i++) {
		if (strcmp(options->sources[0], shells[i].name) != 0)
			continue;
		out_to_fd(&out, STDOUT_FILENO);
		shells[i].write(&out);
		return finish_output(&out, EXIT_DONE);
	}
	complain("completion needs the name of a shell: pitwall completion bash, zsh "
		 "or fish");
	return EXIT_USAGE;
}
