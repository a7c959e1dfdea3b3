# Runs scripts one after the other, each in a fork of this Perl, which spares its start and that of the modules: a job
# a line comes in, what the script printed and its exit status goes out.
package Runner;

use strict;
use warnings;

use Digest::SHA ();
use Encode ();
use File::Copy ();
use File::Temp ();
use Getopt::Long ();
use JSON::PP ();
use List::Util ();
use MIME::Base64 ();
use POSIX ();

sub run {
    my ($job) = @_;
    my @streams = map { File::Temp->new } 1 .. 2;
    my $child = fork // die "fork: $!";
    if (!$child) {
        open STDIN, '<', '/dev/null' or die $!;
        open STDOUT, '>&', $streams[0] or die $!;
        open STDERR, '>&', $streams[1] or die $!;
        chdir $job->{folder} or die $!;
        @ARGV = @{ $job->{args} };
        $0 = $job->{path};
        eval 'package main; do $0';
        print STDERR $@;
        POSIX::_exit(255);
    }
    waitpid $child, 0;
    my $status = $? >> 8;
    return [$status, map { MIME::Base64::encode_base64(text_of($_), '') } @streams];
}

sub text_of {
    my ($stream) = @_;
    open my $handle, '<:raw', $stream->filename or die $!;
    local $/;
    return <$handle> // '';
}

my $json = JSON::PP->new->utf8;
$| = 1;
while (my $line = <STDIN>) {
    print $json->encode(run($json->decode($line))), "\n";
}
