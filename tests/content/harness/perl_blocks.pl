# Runs the Perl blocks of one entry in order in one process: packages, subs and `our` variables are shared, a `my`
# variable ends with its block. Called by tests.content.runner as `perl perl_blocks.pl job.json`.
# What a block dies with is called by its class, and `die` where that is a plain text.
# Above `use strict`: the blocks choose their own pragmas.
sub main::__run { package main; eval "use utf8;\n#line $_[1] \"$_[2]\"\n$_[0]\n;1" }

use strict;
use warnings;
use JSON::PP ();
use Scalar::Util ();

open(my $file, '<:raw', $ARGV[0]) or die "$ARGV[0]: $!";
my $job = JSON::PP->new->utf8->decode(do { local $/; <$file> });
@ARGV = ();
$| = 1;

for my $block (@{ $job->{blocks} }) {
    my %result = (raised => undef, detail => '');
    unless (__run($block->{code}, $block->{line}, $job->{path})) {
        %result = (raised => Scalar::Util::blessed($@) // 'die', detail => "$@");
    }
    print $job->{mark}, JSON::PP->new->ascii->encode(\%result), $job->{mark};
    exit 0 if ($result{raised} // '') ne ($block->{raises} // '');
}
print $job->{mark}, JSON::PP->new->encode({ versions => { Perl => sprintf '%vd', $^V } }), $job->{mark};
