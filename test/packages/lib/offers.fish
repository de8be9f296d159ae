# fish --no-config offers.fish SCRIPT LINE...
# What SCRIPT offers behind each LINE, with descriptions behind a tab, and `end` behind each.
source $argv[1]
for line in $argv[2..]
    for offer in (complete -C $line)
        printf 'offer\t%s\n' $offer
    end
    echo end
end
