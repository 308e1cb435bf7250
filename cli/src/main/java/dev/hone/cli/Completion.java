package dev.hone.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a script by which a shell completes verbs, options and files. */
@Command(
        name = "completion",
        description = "Show the script by which bash or zsh completes verbs and options.",
        footer = {
            "",
            "Put the line of your shell into ~/.bashrc or ~/.zshrc, with hone on the PATH (README.md):",
            "  source <(hone completion bash)",
            "  source <(hone completion zsh)",
            "",
            "Example:",
            "  ./hone completion bash > ~/.local/share/bash-completion/completions/hone"
        })
final class Completion extends Verb {
    private enum Shell {
        BASH,
        ZSH
    }

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.BASH;

    /** One script serves both: under zsh it loads bash's way of completing first. */
    @Override
    Exit run() {
        out().print(AutoComplete.bash("hone", commandLine().getParent()));
        return Exit.DONE;
    }
}
