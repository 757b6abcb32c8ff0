-- Runs a macro of clvxl in Python. Excel calls this with six parts, separated by bars.
on VbaHandler(parameterString)
	set previousDelimiters to AppleScript's text item delimiters
	set AppleScript's text item delimiters to "|"
	set parameterParts to text items of parameterString
	set AppleScript's text item delimiters to previousDelimiters
	if (count of parameterParts) is not 6 then error "clvxl: a name has a bar in it"
	set {searchPath, interpreterPath, pythonCommand, workbookName, excelPath, logPath} to parameterParts
	set pythonProgram to "import sys, xlwings.utils; xlwings.utils.prepare_sys_path(sys.argv.pop(1)); " & pythonCommand
	set shellCommand to quoted form of interpreterPath & " -B -u -W ignore -c " & quoted form of pythonProgram & " " & quoted form of searchPath
	set shellCommand to shellCommand & " " & quoted form of ("--wb=" & workbookName) & " --from_xl=1 " & quoted form of ("--app=" & excelPath)
	set shellCommand to shellCommand & " > /dev/null 2> " & quoted form of logPath & " &"
	return do shell script shellCommand
end VbaHandler
