namespace Cordwain.Boot.Tests.Menus;

/// <summary>Reads a line as iPXE does (src/core/exec.c): cut at blanks, split at operators, comments dropped, variables replaced last.</summary>
static class IpxeReading
{
    /// <summary>The commands of a script with their arguments, and the names of the variables they ask for.</summary>
    public static (List<string[]> Commands, List<string> Variables) Read(string script)
    {
        var commands = new List<string[]>();
        var variables = new List<string>();
        foreach (var line in script.Replace("\\\n", "", StringComparison.Ordinal).Split('\n'))
        {
            var command = new List<string>();
            foreach (var token in line.Split([' ', '\t', '\r', '\v', '\f'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (token[0] == '#')
                    break;
                if (token is "||" or "&&" or ";")
                {
                    commands.Add([.. command]);
                    command.Clear();
                }
                else
                    command.Add(Expand(token, variables));
            }

            commands.Add([.. command]);
        }

        return (commands, variables);
    }

    static string Expand(string token, List<string> variables)
    {
        while (true)
        {
            var end = -1;
            var start = -1;
            for (var i = 0; i < token.Length; i++)
            {
                if (token[i] == '$' && i + 1 < token.Length && token[i + 1] == '{')
                    start = i;
                if (start >= 0 && token[i] == '}')
                {
                    end = i;
                    break;
                }
            }

            if (end < 0)
                return token;
            variables.Add(token[(start + 2)..end]);
            token = token[..start] + token[(end + 1)..];
        }
    }
}
