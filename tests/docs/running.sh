. "$here/few.sh"
few 600
