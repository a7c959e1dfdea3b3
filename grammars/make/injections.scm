(shell_text) @content.shellscript
