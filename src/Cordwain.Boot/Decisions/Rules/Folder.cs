namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Any other name is a file of the operator's, or not found. Always decides.</summary>
static class Folder
{
    public static Verdict Apply(Question question) =>
        Reading.OnlyFolder(question, "the files folder has it, or nobody; a name that is not found is part of every loader's search");
}
