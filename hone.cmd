@echo off
rem The command `hone` on Windows: finds Java, builds what is not built yet, and runs dev.hone.cli.Hone.
rem
rem   HONE_JAVA_OPTS   further options for Java, such as -Xmx8g
rem   JAVA_HOME        the Java to use; without it, the one on the PATH
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "state=%root%.hone"

rem --- Java ---
set "java="
set "version="
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" call :consider "%JAVA_HOME%\bin\java.exe"
if not defined java for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :consider "%%~$PATH:J"
if not defined java (
    echo hone: Java 17 or newer is needed, and was not found through JAVA_HOME or PATH>&2
    echo hone: install a JDK, from https://adoptium.net for example, or set JAVA_HOME to the folder of one>&2
    exit /b 1
)

rem --- Building ---
powershell -NoProfile -NonInteractive -Command ^
    "$r = $env:root; $b = Join-Path $env:state 'built';" ^
    "if (-not (Test-Path $b) -or -not (Test-Path (Join-Path $r 'cli\target\lib')) -or -not (Test-Path (Join-Path $r 'cli\target\cli-*.jar'))) { exit 9 };" ^
    "$t = (Get-Item $b).LastWriteTimeUtc;" ^
    "$f = @(Get-ChildItem (Join-Path $r 'pom.xml'), (Join-Path $r '*\pom.xml')) + @(Get-ChildItem (Join-Path $r '*\src\main') -Recurse);" ^
    "if ($f | Where-Object { $_.LastWriteTimeUtc -gt $t } | Select-Object -First 1) { exit 9 }"
if not errorlevel 9 goto run

if not exist "%state%" mkdir "%state%"
if exist "%state%\built" (
    echo hone: sources have changed; building ^(about half a minute^)>&2
) else (
    echo hone: building for the first time; this downloads about 250 MB once and may take some minutes>&2
)
for %%I in ("%java%") do set "bin=%%~dpI"
for %%I in ("%bin%..") do set "home=%%~fI"
if not exist "%home%\bin\javac.exe" (
    echo hone: a JDK is needed to build, and "%home%" has no compiler; install a JDK 17 or newer, or set JAVA_HOME>&2
    exit /b 1
)
type nul >"%state%\building"
pushd "%root%"
set "outer=%JAVA_HOME%"
set "JAVA_HOME=%home%"
call mvnw.cmd -B -q -DskipTests -Dspotless.check.skip=true package >"%state%\build.log" 2>&1
set "result=%errorlevel%"
set "JAVA_HOME=%outer%"
popd
if not "%result%"=="0" (
    powershell -NoProfile -NonInteractive -Command "Get-Content -Tail 20 (Join-Path $env:state 'build.log')" 1>&2
    echo hone: the build failed; its output is in "%state%\build.log">&2
    exit /b 1
)
move /y "%state%\building" "%state%\built" >nul

:run
set "jar="
for %%I in ("%root%cli\target\cli-*.jar") do set "jar=%%~fI"
set "native="
if %version% GEQ 24 set "native=--enable-native-access=ALL-UNNAMED"
set "OPT_OUT_TRACKING=true"
set "RUST_FLAVOR=cpu"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
if not defined OPENBLAS_THREAD_TIMEOUT set "OPENBLAS_THREAD_TIMEOUT=4"
if not defined TORCH_CPP_LOG_LEVEL set "TORCH_CPP_LOG_LEVEL=ERROR"
rem Text is written as UTF-8; the console shows it in the code page it is set to, which is restored afterwards.
set "page="
for /f "tokens=2 delims=:" %%P in ('chcp 2^>nul') do set "page=%%P"
if defined page set "page=%page: =%"
if defined page set "page=%page:.=%"
chcp 65001 >nul 2>nul
"%java%" -XX:+UseSerialGC -Xmn32m -Xshare:auto -Dai.djl.offline=true -Djava.awt.headless=true -Djdk.console=java.base "-Dhone.home=%root%." %HONE_JAVA_OPTS% %native% -cp "%jar%;%root%cli\target\lib\*" dev.hone.cli.Hone %*
set "result=%errorlevel%"
if defined page chcp %page% >nul 2>nul
exit /b %result%

rem Uses the Java at %1 if it is new enough.
:consider
set "found="
for /f "tokens=3" %%V in ('""%~1" -version 2>&1 ^| findstr /c:" version ""' 2^>nul') do if not defined found set "found=%%~V"
if not defined found exit /b 0
for /f "tokens=1 delims=.-+" %%M in ("%found%") do set "found=%%M"
if %found% GEQ 17 (
    set "java=%~1"
    set "version=%found%"
)
exit /b 0
