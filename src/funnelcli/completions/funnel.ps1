# Tab completion of funnel for PowerShell 5.1 and later.
#
# In the file that $PROFILE names:  funnel completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName funnel -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $program = "$($commandAst.CommandElements[0])"
    if (-not (Get-Command $program -CommandType Application -ErrorAction SilentlyContinue)) {
        $program = 'funnel'
    }
    $words = @()
    $open = $false
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        $open = $element.Extent.EndOffset -ge $cursorPosition
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += $element.Value
        } else {
            $words += $element.Extent.Text
        }
    }
    if (-not $open) { $words += '' }
    # Before 7.3 PowerShell passes no empty argument unless it is written with its quotes.
    if ($PSVersionTable.PSVersion -lt [version]'7.3' -or
        $PSNativeCommandArgumentPassing -eq 'Legacy') {
        $words = @($words | ForEach-Object { if ($_ -eq '') { '""' } else { $_ } })
    }

    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $found = @(& $program __complete -- @words 2>$null)
    } finally {
        [Console]::OutputEncoding = $encoding
    }
    # Without an answer PowerShell completes file names.
    if ($found.Count -gt 0 -and $found[0] -eq ':files') { return }
    # An empty text keeps it from that.
    if ($found.Count -eq 0) { return '' }

    foreach ($line in $found) {
        $value, $text = $line.Split("`t", 2)
        if (-not $text) { $text = $value }
        $written = $value
        if ($value -match '[\s''"`$(){};,|&<>@#]') {
            $written = "'" + $value.Replace("'", "''") + "'"
        }
        [System.Management.Automation.CompletionResult]::new(
            $written, $value, 'ParameterValue', $text)
    }
}
