<?php
// Runs the PHP blocks of one entry in order in one process: variables, functions and classes are shared.
// Called by tests.content.runner as `php php_blocks.php job.json`. Each block is a file that is included.
error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
$__job = json_decode(file_get_contents($argv[1]), true, 512, JSON_THROW_ON_ERROR);
foreach ($__job['blocks'] as $__number => $__block) {
    $__result = ['raised' => null, 'detail' => ''];
    $__file = dirname($argv[1]) . "/$__number.php";
    file_put_contents($__file, preg_match('/^\s*<\?/', $__block['code']) ? $__block['code'] : "<?php\n" . $__block['code']);
    try {
        include $__file;
    } catch (Throwable $__error) {
        $__result = ['raised' => get_class($__error), 'detail' => (string) $__error];
    }
    echo $__job['mark'], json_encode($__result, JSON_INVALID_UTF8_SUBSTITUTE), $__job['mark'];
    if ($__result['raised'] !== $__block['raises']) {
        exit(0);
    }
}
echo $__job['mark'], json_encode(['versions' => ['PHP' => PHP_VERSION]]), $__job['mark'];
