[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)][string]$Path,
    [int]$Days = 30,
    [switch]$Force
)

function Get-OldFile {
    param([string]$Root, [datetime]$Before)
    Get-ChildItem -Path $Root -Recurse -File |
        Where-Object { $_.LastWriteTime -lt $Before -and $_.Extension -ne '.zip' } |
        Sort-Object Length -Descending
}

$limit = (Get-Date).AddDays(-$Days)
$files = @(Get-OldFile -Root $Path -Before $limit)
$total = 0
foreach ($file in $files) {
    $total += $file.Length
    if ($Force) { Remove-Item $file.FullName -WhatIf:$false }
}
try {
    Compress-Archive -Path $files.FullName -DestinationPath "$Path\old.zip" -ErrorAction Stop
} catch [System.IO.IOException] {
    Write-Warning "failed: $($_.Exception.Message)"
    exit 1
}
$report = @{ Count = $files.Count; MB = '{0:N1}' -f ($total / 1MB) }
switch ($files.Count) {
    0 { 'nothing' }
    { $_ -gt 100 } { 'many' }
    default { "$($report.MB) MB" }
}
"done" | Out-File -FilePath $env:TEMP\log.txt -Append
